import { describe, expect, it } from 'vitest';
import type { PlannedPart } from '../../../src/core/backupPlan.js';
import type { GatewayInfo } from '../../../src/core/environment.js';
import { partsNotTaken } from '../../../src/operations/partsNotTaken.js';
import { someGateway } from '../../helpers/someGateway.js';

const gateway: GatewayInfo = { ...someGateway, edition: 'enterprise' };

const entities: PlannedPart = {
  part: 'entities',
  driver: 'admin-api',
  availability: { available: true, version: '1' },
  recommended: true,
  selected: true,
  reason: '',
};

const partsOf = (...call: Parameters<typeof partsNotTaken>) => partsNotTaken(...call).map(({ part }) => part);

describe('parts that a snapshot does not hold', () => {
  it('are none that the gateway was asked for and does not have', () => {
    expect(partsOf(gateway, [entities], [])).toEqual(['database', 'files']);
  });

  it('may be there where no gateway was asked', () => {
    expect(partsOf(gateway, [], [])).toEqual(['database', 'files', 'rbac', 'licences', 'keyring', 'portal']);
    expect(partsOf({ ...gateway, edition: 'community' }, [], [])).toEqual(['database', 'files']);
  });

  it('are named where they were not chosen', () => {
    expect(partsOf(gateway, [entities, { ...entities, part: 'rbac', selected: false }], [])).toContain('rbac');
  });
});
