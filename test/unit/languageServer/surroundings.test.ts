import { expect, test } from 'vitest';
import { KnownSurroundings } from '../../../src/languageServer/surroundings.js';

const known = (...sent: unknown[]): { surroundings: KnownSurroundings; changes: number } => {
  let changes = 0;
  const surroundings = new KnownSurroundings(() => changes++);
  for (const each of sent) surroundings.learn(each);
  return { surroundings, changes };
};

test('the version is that of the settings, else the environment’s, else what is assumed', () => {
  const { surroundings } = known({ environment: { name: 'prod', gatewayVersion: '3.4.2' } });
  expect(surroundings.gateway('2.8', '3.12')).toEqual({ version: '2.8', source: 'setting' });
  expect(surroundings.gateway(undefined, '3.12')).toEqual({
    version: '3.4.2',
    source: 'environment',
    environment: 'prod',
  });
  expect(known({ environment: { name: 'prod' } }).surroundings.gateway(undefined, '3.12')).toEqual({
    version: '3.12',
    source: 'assumed',
  });
});

test('plugins of the gateway are known, and so are the workspace’s own', () => {
  const { surroundings } = known({
    environment: { name: 'prod', plugins: ['theirs'] },
    rules: { severity: { 'regex-path': 'off' }, customPlugins: ['ours'] },
  });
  expect(surroundings.rules).toEqual({ severity: { 'regex-path': 'off' }, customPlugins: ['ours', 'theirs'] });
});

test('the edition is that of the environment, where it is one that there is', () => {
  const of = (edition: unknown) =>
    known({ environment: { name: 'prod', gatewayVersion: '3.4', edition } }).surroundings.gateway(undefined, '3.12');
  expect(of('community')).toMatchObject({ edition: 'community' });
  expect(of('premium')).not.toHaveProperty('edition');
});

test('files are judged again only when something changed', () => {
  const same = { environment: { name: 'prod', gatewayVersion: '3.4' } };
  expect(known(same, { ...same }, {}).changes).toBe(2);
});

test.each([null, 'x', 5, { environment: 'prod' }, { environment: { name: 1 } }, { rules: 'none' }])(
  '%j teaches nothing',
  (sent) => {
    const { surroundings } = known(sent);
    expect(surroundings.gateway(undefined, '3.12').source).toBe('assumed');
    expect(surroundings.rules).toEqual({ severity: {}, customPlugins: [] });
  },
);
