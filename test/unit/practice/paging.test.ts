import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { itemsOf, type PracticeClient, practiceClient } from '../../helpers/practiceClient.js';

let client: PracticeClient;

beforeAll(async () => {
  client = await practiceClient();
  for (let i = 0; i < 25; i++) {
    client.ask('POST', '/consumers', { username: `c${i}`, tags: i % 2 === 0 ? ['even', 'all'] : ['odd', 'all'] });
  }
});

function follow(first: string): JsonObject[] {
  const items: JsonObject[] = [];
  for (let next: unknown = first; typeof next === 'string';) {
    const answer = client.ask('GET', next);
    items.push(...itemsOf(answer));
    next = answer.body['next'];
  }
  return items;
}

it('gives every entity once, in order of ids', () => {
  const ids = follow('/consumers?size=4').map(({ id }) => String(id));
  expect(ids).toHaveLength(25);
  expect(ids).toEqual([...new Set(ids)].sort());
});

it('keeps size and tags in the address of the next page', () => {
  const { body } = client.ask('GET', '/consumers?size=3&tags=even');
  expect(body['next']).toBe(`/consumers?offset=${String(body['offset'])}&tags=even&size=3`);
  expect(follow('/consumers?size=3&tags=even')).toHaveLength(13);
});

it('filters by all or any of some tags', () => {
  expect(itemsOf(client.ask('GET', '/consumers?tags=even,all'))).toHaveLength(13);
  expect(itemsOf(client.ask('GET', '/consumers?tags=even,odd'))).toHaveLength(0);
  expect(itemsOf(client.ask('GET', '/consumers?tags=even/odd'))).toHaveLength(25);
});

describe('refuses', () => {
  it.each([
    ['size=0', 9],
    ['size=1001', 9],
    ['size=x', 9],
    ['offset=garbage', 7],
    ['tags=', 11],
    ['tags=a,b/c', 11],
    ['tags=a,b,c,d,e,f', 11],
  ])('%s with code %i', (query, code) => {
    expect(client.ask('GET', `/consumers?${query}`)).toMatchObject({ status: 400, body: { code } });
  });
});

it('lists what carries tags', () => {
  expect(itemsOf(client.ask('GET', '/tags/odd'))).toHaveLength(12);
  const [first] = itemsOf(client.ask('GET', '/tags?size=1'));
  expect(first).toMatchObject({ entity_name: 'consumers' });
  expect(follow('/tags?size=7')).toHaveLength(50);
});

it('reaches the end of a long list', async () => {
  const many = await practiceClient();
  for (let i = 0; i < 3000; i++) many.ask('POST', '/consumers', { username: `c${i}` });
  let count = 0;
  for (let next: unknown = '/consumers?size=1000'; typeof next === 'string';) {
    const answer = many.ask('GET', next);
    count += itemsOf(answer).length;
    next = answer.body['next'];
  }
  expect(count).toBe(3000);
});
