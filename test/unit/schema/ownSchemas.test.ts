import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { ownSchemas, withOwnSchemas } from '../../../src/schema/ownSchemas.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { kongFacts } from '../../helpers/practiceClient.js';

const known = await kongFacts('3.9');
const plugin = (...config: JsonObject[]): JsonObject => ({
  fields: [{ config: { type: 'record', required: true, fields: config } }],
});
const judge = (answer: JsonObject, config: JsonObject) => {
  const { own, ignored } = ownSchemas({ entities: {}, plugins: { ours: answer } }, known);
  const problems = validateEntity(
    withOwnSchemas(known, own),
    'plugins',
    { name: 'ours', config },
    { as: 'declarative' },
  );
  return { ignored, found: problems.map(({ code, path }) => `${code} ${path.join('.')}`) };
};

test('a plugin of somebody’s own is judged by the schema that the gateway gives', () => {
  const ours = plugin({ level: { type: 'integer', between: [1, 5] } }, { name: { type: 'string', required: true } });
  expect(judge(ours, { level: 9, nmae: 'x' })).toEqual({
    ignored: [],
    found: ['out-of-range config.level', 'unknown-field config.nmae', 'required config.name'],
  });
  expect(judge(ours, { level: 3, name: 'x' }).found).toEqual([]);
});

test('what no answer says stays as shipped: keys of a kind, checks that an old gateway leaves out, Enterprise', () => {
  const fields = [{ name: { type: 'string' } }, { host: { type: 'string', required: true } }];
  const { own } = ownSchemas({ entities: { services: { fields } }, plugins: { acl: plugin() } }, known);
  expect(own.entities['services']).toMatchObject({ endpoint_key: 'name' });
  expect(Object.keys(own.entities['services']?.fields ?? {})).toEqual(['name', 'host']);
  expect(own.plugins['acl']?.entity_checks).toEqual(known.plugins['acl']?.entity_checks);
  const joined = withOwnSchemas(known, own);
  expect(joined.entities['routes']).toBe(known.entities['routes']);
  expect(withOwnSchemas(known, own)).toBe(joined);
  expect(known.entities['services']?.fields['retries']).toBeDefined();
});

test.each<[string, () => JsonObject]>([
  ['has no end', () => plugin(...Array.from({ length: 60_000 }, (_, i) => ({ [`f${i}`]: { type: 'string' } })))],
  [
    'is deeper than any',
    () => {
      let field: JsonObject = { type: 'string' };
      for (let depth = 0; depth < 5000; depth++) field = { type: 'array', elements: field };
      return plugin({ deep: field });
    },
  ],
  ['has no configuration', () => ({ fields: [{ name: { type: 'string' } }] })],
])('a schema that %s is left out and named', (_, make) => {
  expect(judge(make(), {}).ignored).toEqual(['ours']);
});

test('a schema of services that have neither an id nor a name is left out and named', () => {
  const services = { fields: [{ config: { type: 'record', fields: [] } }, null] };
  expect(ownSchemas({ entities: { services }, plugins: {} }, known).ignored).toEqual(['services']);
});

test('types that are none and arguments of the wrong kind are left out, the rest counts', () => {
  const odd = plugin(
    { a: { type: 'nonsense' } },
    { b: 7 as unknown as JsonObject },
    { c: { type: 'string', one_of: 'x', between: ['a', 'b'], len_min: 'many', match: 4, fields: [null, 1] } },
    { d: { type: 'record', entity_checks: [{ conditional: 'yes' }, { at_least_one_of: 4 }, null, []] } },
    { e: { type: 'integer' } },
  );
  expect(
    judge({ ...odd, entity_checks: [{ conditional: { if_field: 1, if_match: [], then_field: {} } }] }, { e: 'x' }),
  ).toEqual({ ignored: [], found: ['wrong-type config.e'] });
});

test('a pattern that would take for ever is not used', () => {
  const slow = plugin(
    { a: { type: 'string', match: '^.*.*.*.*.*.*.*.*.*.*x$' } },
    { b: { type: 'string', match: '^%d+$' } },
  );
  expect(judge(slow, { a: 'a'.repeat(50_000), b: 'b' }).found).toEqual(['wrong-format config.b']);
  const listed = plugin({ a: { type: 'string', match_all: [{ pattern: `${'.*'.repeat(9)}x` }, { pattern: '^a' }] } });
  expect(judge(listed, { a: 'b'.repeat(50_000) }).found).toEqual(['wrong-format config.a']);
});

test('names such as __proto__ do no harm', () => {
  const answers = JSON.parse('{"__proto__": {"fields": []}, "constructor": {"fields": []}}') as Record<
    string,
    JsonObject
  >;
  const { own } = ownSchemas({ entities: answers, plugins: answers }, known);
  expect(Object.getPrototypeOf(withOwnSchemas(known, own))).toBe(Object.prototype);
  expect(({} as { fields?: unknown }).fields).toBeUndefined();
});
