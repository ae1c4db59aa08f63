import { expect, it } from 'vitest';
import { decodeArguments, inferTypes } from '../../../src/practice/formArguments.js';
import { kongFacts } from '../../helpers/practiceClient.js';

it('nests dotted names and collects lists', () => {
  const pairs = [
    ['name', 'r'],
    ['paths[]', '/a'],
    ['paths[]', '/b'],
    ['hosts[2]', 'two'],
    ['hosts[1]', 'one'],
    ['tags', 'x'],
    ['tags', 'y'],
    ['service.name', 's'],
    ['config.redis.port', '6379'],
  ] as const;
  expect(decodeArguments(pairs)).toEqual({
    name: 'r',
    paths: ['/a', '/b'],
    hosts: ['one', 'two'],
    tags: ['x', 'y'],
    service: { name: 's' },
    config: { redis: { port: '6379' } },
  });
});

it('types text by the schema and leaves what does not fit', async () => {
  const { entities } = await kongFacts();
  const value = { port: '81', enabled: 'false', retries: 'many', path: '', tags: 'one', unknown: '1' };
  inferTypes(entities['services']?.fields ?? {}, value);
  expect(value).toEqual({ port: 81, enabled: false, retries: 'many', path: null, tags: ['one'], unknown: '1' });
});
