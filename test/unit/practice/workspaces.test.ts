import { expect, it } from 'vitest';
import { itemsOf, practiceClient } from '../../helpers/practiceClient.js';

it('open source has none', async () => {
  const { ask } = await practiceClient();
  expect(ask('GET', '/workspaces').status).toBe(404);
  expect(ask('GET', '/default/services').status).toBe(404);
});

it('serves each workspace apart', async () => {
  const { ask } = await practiceClient({ workspaces: ['default', 'payments'] });
  expect(ask('GET', '/').body).toMatchObject({ edition: 'enterprise' });
  expect(
    itemsOf(ask('GET', '/workspaces'))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['default', 'payments']);
  expect(ask('POST', '/payments/services', { name: 's', host: 'h' }).status).toBe(201);
  expect(ask('POST', '/services', { name: 's', host: 'h' }).status).toBe(201);
  expect(ask('POST', '/default/services', { name: 's', host: 'h' }).status).toBe(409);
  expect(itemsOf(ask('GET', '/payments/services'))).toHaveLength(1);
  const id = String(ask('GET', '/payments/services/s').body['id']);
  expect(ask('GET', `/services/${id}`).status).toBe(404);
  expect(ask('POST', '/routes', { paths: ['/'], service: { id } }).body).toMatchObject({ code: 4 });
});

it('shares what belongs to the whole gateway', async () => {
  const { ask } = await practiceClient({ workspaces: ['default', 'payments'], estate: 'believable' });
  expect(itemsOf(ask('GET', '/payments/ca_certificates'))).toHaveLength(1);
  const sni = {
    name: 'shop.example',
    certificate: { id: String(itemsOf(ask('GET', '/payments/certificates'))[0]?.['id']) },
  };
  expect(ask('POST', '/payments/snis', sni).status).toBe(409);
});

it('makes, changes and removes workspaces, but none that holds something', async () => {
  const { ask } = await practiceClient({ workspaces: ['default'] });
  expect(ask('GET', '/team/services')).toMatchObject({ status: 404, body: { message: "Workspace 'team' not found" } });
  expect(ask('POST', '/workspaces', { name: 'team' }).status).toBe(201);
  expect(ask('GET', '/team/workspaces/team').body['name']).toBe('team');
  ask('POST', '/team/services', { name: 's', host: 'h' });
  expect(ask('DELETE', '/workspaces/team').status).toBe(400);
  ask('DELETE', '/team/services/s');
  expect(ask('DELETE', '/workspaces/team').status).toBe(204);
  expect(ask('GET', '/workspaces/team').status).toBe(404);
});
