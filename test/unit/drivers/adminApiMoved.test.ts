import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/core/change.js';
import type { JsonObject } from '../../../src/core/json.js';
import { knownCollection } from '../../../src/drivers/adminApiKinds.js';
import { type Look, lookForHolder, lookForMove } from '../../../src/drivers/adminApiMoved.js';
import { createGatewayClient } from '../../../src/gateway/gatewayClient.js';
import { admin, practiceGateway } from '../../helpers/cli.js';
import { targetOf } from '../../helpers/scriptedGateway.js';

const id = (n: number): string => `5a000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function scene(kind = 'services') {
  const gateway = await practiceGateway();
  const client = createGatewayClient(targetOf(gateway.url), { requestTimeout: 10_000 });
  const collection = knownCollection(kind);
  if (!collection) throw new Error(kind);
  const look: Look = { client, collection, workspace: 'default', signal: new AbortController().signal };
  const make = async (address: string, body: object): Promise<JsonObject> =>
    (await admin(gateway, 'POST', address, body)).body as JsonObject;
  return { gateway, look, make };
}

const change = (action: Change['action'], more: Partial<Change>): Change => ({
  ...{ action, workspace: 'default', kind: 'services', label: 'a', id: id(1) },
  ...more,
});

describe('an entity right before it is written', () => {
  it('is what the plan saw, whatever times it has', async () => {
    const { look, make } = await scene();
    const before = await make('/services', { id: id(1), name: 'a', host: 'one.test' });
    const seen = { ...before, updated_at: 1, created_at: 1 };
    expect(await lookForMove(look, change('update', { before: seen, after: before }))).toBeUndefined();
    expect(await lookForMove(look, change('delete', { before: seen }))).toBeUndefined();
  });

  it('was changed by somebody else', async () => {
    const { look, make, gateway } = await scene();
    const before = await make('/services', { id: id(1), name: 'a', host: 'one.test' });
    await admin(gateway, 'PATCH', `/services/${id(1)}`, { host: 'two.test' });
    const moved = await lookForMove(look, change('delete', { before }));
    expect(moved?.now).toMatchObject({ host: 'two.test' });
  });

  it('is gone: a surprise only where it is to be updated', async () => {
    const { look } = await scene();
    const before = { id: id(1), name: 'a', host: 'one.test' };
    const update = change('update', { before, after: before });
    expect(await lookForMove(look, update)).toEqual({ change: update });
    expect(await lookForMove(look, change('delete', { before }))).toBeUndefined();
  });
});

describe('who stands in the way of a change', () => {
  it('is the same entity, when what was sent before arrived after all', async () => {
    const { look, make } = await scene();
    const after = { id: id(1), name: 'a', host: 'one.test' };
    await make('/services', after);
    expect(await lookForHolder(look, change('create', { after }))).toBe('same');
  });

  it('is an entity of the same id with something else in it', async () => {
    const { look, make } = await scene();
    await make('/services', { id: id(1), name: 'a', host: 'two.test' });
    const found = await lookForHolder(look, change('create', { after: { id: id(1), name: 'a', host: 'one.test' } }));
    expect(found).toMatchObject({ now: { host: 'two.test' } });
  });

  it('is another one of the same name', async () => {
    const { look, make } = await scene();
    await make('/services', { id: id(2), name: 'a', host: 'two.test' });
    const found = await lookForHolder(look, change('create', { after: { id: id(1), name: 'a', host: 'one.test' } }));
    expect(found).toMatchObject({ now: { id: id(2) } });
  });

  it('can not be found where nothing is shown by that value', async () => {
    const { look } = await scene();
    const after = { id: id(1), name: 'a', host: 'one.test' };
    expect(await lookForHolder(look, change('create', { after }))).toBeUndefined();
  });
});
