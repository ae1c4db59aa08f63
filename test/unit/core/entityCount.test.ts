import { describe, expect, it } from 'vitest';
import { entityCount, sharedKinds } from '../../../src/core/entityCount.js';
import { entityKind, knownKinds } from '../../../src/estate/kinds.js';

describe('how much a snapshot holds', () => {
  it('has what several workspaces share once', () => {
    const entities = (counts: Record<string, number>) => ({ kind: 'entities' as const, counts });
    expect(
      entityCount([
        entities({ services: 2, ca_certificates: 1 }),
        entities({ services: 3, ca_certificates: 1 }),
        { kind: 'rbac', counts: { roles: 4 } },
      ]),
    ).toBe(10);
  });

  it('knows all kinds that are shared', () => {
    expect([...sharedKinds]).toEqual(knownKinds.filter((kind) => entityKind(kind).wholeGateway === true));
  });
});
