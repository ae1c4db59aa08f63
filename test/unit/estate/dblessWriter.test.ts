import { describe, expect, it } from 'vitest';
import { readDblessFile } from '../../../src/estate/dblessFile.js';
import { writeDblessFile } from '../../../src/estate/dblessWriter.js';
import type { Entity } from '../../../src/estate/entity.js';
import { createDeclarativeJudge } from '../../../src/operations/judgeDeclarative.js';
import { shippedFacts } from '../../helpers/kongStandIn.js';
import { sampleEstate } from '../../helpers/sampleEstate.js';

const id = (n: number): string => `7c000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const hash = '2f1bbbe55e2bec5d89b9989897dcd6baa9bb7eb0';
const login = (n: number, password: string): Entity => ({
  kind: 'basicauth_credentials',
  fields: { id: id(n), username: `user-${n}`, password, consumer: { id: id(1) } },
});
const consumer: Entity = { kind: 'consumers', fields: { id: id(1), username: 'alice' } };

describe('a file for a gateway without a database', () => {
  it('holds the same entities, ids and references', async () => {
    const facts = await shippedFacts.facts('3.9');
    const { text, transform } = writeDblessFile(sampleEstate, '3.9.3');
    const { entities, problems } = readDblessFile(text, 'file', facts);
    expect(problems).toEqual([]);
    expect(transform).toBe(true);
    const byId = (all: readonly Entity[]): Map<unknown, unknown> =>
      new Map(all.map(({ kind, fields }) => [fields['id'], { kind, fields }]));
    expect(byId(entities)).toEqual(byId(sampleEstate));
  });

  it('is one that Kong takes', async () => {
    const { text } = writeDblessFile(sampleEstate, '3.9.3');
    expect(await createDeclarativeJudge(shippedFacts).judge(text, { version: '3.9.3' })).toEqual([]);
  });

  it('says that passwords are hashes, where they are', () => {
    const hashed = writeDblessFile([consumer, login(2, hash)], '3.9.3');
    expect(hashed.text).toContain('_transform: false');
    expect(hashed.broken).toEqual([]);
    const plain = writeDblessFile([consumer, login(2, 'pass-of-user')], '3.9.3');
    expect(plain.text).toContain('_transform: true');
    expect(plain.broken).toEqual([]);
  });

  it('names what does not work there, and no secret', () => {
    const entities: Entity[] = [
      consumer,
      login(2, hash),
      login(3, 'pass-of-user'),
      { kind: 'keyauth_credentials', fields: { id: id(4), key: 'key-of-alice', ttl: 600, consumer: { id: id(1) } } },
      {
        kind: 'oauth2_credentials',
        fields: { id: id(5), name: 'app', client_id: 'c', client_secret: 'hush', consumer: { id: id(1) } },
      },
      { kind: 'ca_certificates', fields: { id: id(6), cert: 'PEM' } },
    ];
    const { broken } = writeDblessFile(entities, '3.9.3');
    expect(broken.map(({ code, id: which }) => [code, which])).toEqual([
      ['password-plain', id(3)],
      ['expiring-key', id(4)],
      ['oauth2-without-database', id(5)],
      ['digest-missing', id(6)],
    ]);
    expect(JSON.stringify(broken)).not.toMatch(/pass-of-user|key-of-alice|hush/);
  });

  it('is of the format that an old gateway reads', () => {
    expect(writeDblessFile([consumer], '2.8.5').text).toContain('_format_version: "1.1"');
  });
});
