import fc from 'fast-check';
import path from 'node:path';
import { expect, it, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.js';
import type { CheckInput } from '../../../src/language/checks/check.js';
import { schema } from '../../../src/language/checks/schema.js';
import { readDocument } from '../../../src/language/document.js';
import { EntityIndex } from '../../../src/language/entityIndex.js';
import { buildModel, type Entity } from '../../../src/language/model.js';
import { soundEntities } from '../../../src/language/soundEntities.js';
import { entityAcceptor } from '../../../src/schema/accept/entityAcceptor.js';
import type { SchemaFacts } from '../../../src/schema/facts.js';
import { nodeCrypto } from '../../../src/schema/nodeCrypto.js';
import type { Path } from '../../../src/schema/problem.js';
import { entityProblems, type ValidateOptions } from '../../../src/schema/validate.js';
import { hasShared, readLines, shared, shippedFacts, type Case } from './corpus.js';

const options: ValidateOptions = { as: 'declarative', crypto: nodeCrypto };
const facts = shippedFacts('3.9');

const accepts = (kind: string, value: JsonObject, more: Partial<ValidateOptions> = {}): boolean =>
  entityAcceptor(facts, kind, { ...options, ...more })(value);

it.each<[string, JsonObject, boolean]>([
  ['services', { name: 'a', host: 'a.com', port: 80, protocol: 'http', path: '/x', tags: ['a'] }, true],
  ['services', { name: 'a', host: 'a.com', protocol: 'tcp', path: '/x' }, false],
  ['services', { name: 'a' }, false],
  ['services', { name: 'a', host: '' }, false],
  ['services', { name: 'a', host: 'a.com', tags: ['a', 'a'] }, false],
  ['services', { name: 'a', host: 'a.com', nope: 1 }, false],
  ['routes', { paths: ['/a'] }, true],
  ['routes', { snis: ['a.com'] }, true],
  ['routes', { name: 'a' }, false],
  ['routes', { snis: ['a.com'], protocols: ['http'] }, false],
  ['routes', { protocols: ['tcp'], destinations: [{ port: 80 }] }, true],
  ['routes', { protocols: ['tcp'], paths: ['/a'] }, false],
  ['plugins', { name: 'key-auth' }, true],
  ['plugins', { name: 'rate-limiting', config: { minute: 5 } }, true],
  ['plugins', { name: 'rate-limiting', config: {} }, false],
  ['plugins', { name: 'rate-limiting', config: { minute: 5, policy: 'redis' } }, false],
  ['plugins', { name: 'rate-limiting', config: { minute: 5, policy: 'redis', redis: { host: 'a.com' } } }, true],
  ['plugins', { name: 'nope' }, false],
])('of %s, %j it accepts: %s', (kind, value, sound) => {
  expect(accepts(kind, value)).toBe(sound);
});

/** Whether a place is the entity's own, and not that of one inside it. */
function isOwn(place: Path, { path: own }: Entity, { entities }: SchemaFacts): boolean {
  if (!own.every((step, depth) => place[depth] === step)) return false;
  const [key, index] = place.slice(own.length);
  return typeof index !== 'number' || entities[String(key)] === undefined;
}

/** What the whole judgement says of an entity that was accepted. */
function expectSound(input: CheckInput): number {
  const isSound = soundEntities(input);
  const accepted = input.model.entities.filter((entity) => input.facts.entities[entity.kind] && isSound(entity));
  // The check with nothing left out: an entity that is accepted must be one that it says nothing of.
  const defaults = { ...input, value: { ...input.value, _info: { defaults: {} } } };
  const found = [...schema(input.kind === 'deck' ? defaults : input)].map((finding) => finding.path);
  for (const entity of accepted) {
    expect(found.filter((place) => isOwn(place, entity, input.facts))).toEqual([]);
    if (input.kind === 'dbless' && !entity.parent) {
      expect(entityProblems(input.facts, entity.kind, entity.value, { ...options, dbless: true })).toEqual([]);
    }
  }
  return accepted.length;
}

function inputOf(text: string, kind: CheckInput['kind'], version: string): CheckInput | undefined {
  const document = readDocument(text);
  if (!isObject(document.value) || document.problems.length) return undefined;
  const own = version === '3.9' ? facts : shippedFacts(version);
  const model = buildModel(document.value, kind, own);
  return {
    document,
    kind,
    facts: own,
    value: document.value,
    model,
    index: new EntityIndex(model.entities, own),
    crypto: nodeCrypto,
  };
}

test.skipIf(!hasShared).each([
  ['corpus-3.9.3.jsonl', '3.9'],
  ['corpus-2.8.5.jsonl', '2.8'],
])('accepts nothing in %s that the whole judgement would refuse', (name, version) => {
  let accepted = 0;
  for (const { yaml } of readLines<Case>(path.join(shared, 'cases', name))) {
    for (const kind of ['dbless', 'deck'] as const) {
      const input = inputOf(yaml, kind, version);
      if (input) accepted += expectSound(input);
    }
  }
  expect(accepted).toBeGreaterThan(300);
});

const odd = fc.constantFrom<Json>(
  null,
  '',
  'a',
  'http',
  'tcp',
  'redis',
  -1,
  0,
  1,
  80,
  1.5,
  true,
  false,
  [],
  {},
  [null],
  ['a', 'a'],
  { a: 1 },
);

/** A value of a record with a field here and there put to something else. */
const mutated = (base: JsonObject): fc.Arbitrary<JsonObject> =>
  fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(base), 'nope', 'tags', 'id'), odd), { maxLength: 3 })
    .map((changes) => ({ ...base, ...Object.fromEntries(changes) }));

test('accepts nothing that the whole judgement would refuse: whatever fields hold', () => {
  const plugins = Object.entries(facts.plugins).map(([name, plugin]): fc.Arbitrary<[string, JsonObject]> => {
    const fields = Object.keys(plugin.fields['config']?.fields ?? {});
    const config = fc.array(fc.tuple(fc.constantFrom('nope', ...fields), odd), { maxLength: 4 });
    return config.map((entries) => ['plugins', { name, config: Object.fromEntries(entries) }]);
  });
  const kinds = Object.entries(facts.entities).map(([kind, entity]): fc.Arbitrary<[string, JsonObject]> => {
    const blank = Object.fromEntries(Object.keys(entity.fields).map((name) => [name, null as Json]));
    return mutated(blank).map((value) => [
      kind,
      Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null)),
    ]);
  });
  const service = mutated({ name: 'a', host: 'a.com', port: 80, protocol: 'http', path: '/a', tls_verify: true });
  const route = mutated({
    name: 'a',
    protocols: ['https'],
    paths: ['/a'],
    hosts: ['a.com'],
    snis: null,
    methods: ['GET'],
  });
  const upstream = mutated({ name: 'a', algorithm: 'round-robin', hash_on: 'header', hash_on_header: 'x', slots: 10 });
  const known = [
    service.map((value) => ['services', value]),
    route.map((value) => ['routes', value]),
    upstream.map((value) => ['upstreams', value]),
  ] as fc.Arbitrary<[string, JsonObject]>[];
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(...known, fc.oneof(...plugins), fc.oneof(...kinds)),
      fc.constantFrom<Partial<ValidateOptions>>(
        {},
        { dbless: true },
        { parent: 'service' },
        { parent: 'service', dbless: true },
      ),
      ([kind, value], more) => {
        if (!accepts(kind, value, more)) return;
        accepted++;
        expect(entityProblems(facts, kind, value, { ...options, ...more })).toEqual([]);
      },
    ),
    { numRuns: Number(process.env['RUNS'] ?? 3000) },
  );
  expect(accepted).toBeGreaterThan(100);
});
