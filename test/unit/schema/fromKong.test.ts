import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/json.js';
import { withDefaults } from '../../../src/schema/defaults.js';
import type { SchemaFacts } from '../../../src/schema/facts.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { entityFactsFromKong, pluginFactsFromKong } from '../../../src/schema/fromKong.js';

const raw: Json = {
  entity_checks: [{ at_least_one_of: ['name', 'host'] }, 'odd'],
  fields: [
    { id: { type: 'string', uuid: true, auto: true } },
    { name: { type: 'string', unique: true, required: false, description: 'Prose that is not carried.' } },
    { owner: { type: 'foreign', reference: 'owners', required: true, on_delete: 'cascade' } },
    { tags: { type: 'set', elements: { type: 'string', required: true } } },
    {
      limits: {
        type: 'map',
        keys: { type: 'string', match_none: [{ pattern: '//', err: 'no' }, 5] },
        values: { type: 'record', fields: [{ minute: { type: 'number', gt: 0, between: [1] } }] },
      },
    },
    { typed: { type: 'riddle' } },
    'odd',
  ],
};

describe('entityFactsFromKong', () => {
  it('keeps what is a fact, and drops prose and what is odd', () => {
    expect(entityFactsFromKong(raw)).toEqual({
      fields: {
        id: { type: 'string', uuid: true, auto: true },
        name: { type: 'string', unique: true },
        owner: { type: 'foreign', reference: 'owners', required: true, on_delete: 'cascade' },
        tags: { type: 'set', elements: { type: 'string', required: true } },
        limits: {
          type: 'map',
          keys: { type: 'string', match_none: [{ pattern: '//', err: 'no' }] },
          values: { type: 'record', fields: { minute: { type: 'number', gt: 0 } } },
        },
      },
      entity_checks: [{ at_least_one_of: ['name', 'host'] }],
      foreign: { owner: { reference: 'owners', required: true, on_delete: 'cascade' } },
      unique: ['name'],
    });
  });

  it('takes keys, addresses and shorthands from the meta', () => {
    const meta = {
      cache_key: ['key'],
      endpoint_key: 'name',
      admin_api_name: 'basic-auths',
      workspaceable: false,
      ttl: true,
      primary_key: ['id'],
      shorthand_fields: [{ name: 'url', type: 'string' }, { name: 7 }],
    };
    expect(entityFactsFromKong({ fields: [] }, meta)).toEqual({
      fields: {},
      shorthand_fields: { url: { type: 'string' } },
      cache_key: ['key'],
      endpoint_key: 'name',
      admin_api_name: 'basic-auths',
      workspaceable: false,
      ttl: true,
    });
  });
});

describe('pluginFactsFromKong', () => {
  it('says where a deprecated field moved to', () => {
    const deprecation = {
      message: 'Prose.',
      removal_in_version: '4.0',
      replaced_with: [{ path: ['redis', 'host'] }, 3],
    };
    const config = { type: 'record', fields: [], shorthand_fields: [{ redis_host: { type: 'string', deprecation } }] };
    expect(pluginFactsFromKong({ fields: [{ config }] }).fields.config?.shorthand_fields).toEqual({
      redis_host: {
        type: 'string',
        deprecation: { removal_in_version: '4.0', replaced_with: [{ path: ['redis', 'host'] }] },
      },
    });
  });

  it('survives whatever a server answers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        expect(pluginFactsFromKong(answer as Json).fields).toBeTypeOf('object');
        expect(entityFactsFromKong({ fields: [{ x: answer as Json }] }, answer as Json).fields).toBeTypeOf('object');
      }),
    );
  });

  it('makes facts that can be judged by, whatever a server answers', () => {
    const attribute = fc.constantFrom(
      'default',
      'one_of',
      'between',
      'match',
      'match_all',
      'match_any',
      'match_none',
      'eq',
      'len_min',
      'contains',
      'elements',
      'fields',
      'keys',
      'values',
      'shorthand_fields',
      'mutually_exclusive_subsets',
      'subschema_key',
      'subschema_definitions',
      'reference',
      'deprecation',
      'required',
    );
    const type = fc.constantFrom(
      'string',
      'integer',
      'array',
      'set',
      'map',
      'record',
      'foreign',
      'json',
      'any',
      'function',
    );
    const field = fc
      .tuple(type, fc.dictionary(attribute, fc.jsonValue()))
      .map(([name, rest]) => ({ ...rest, type: name }));
    const check = fc.constantFrom(
      'at_least_one_of',
      'conditional',
      'conditional_at_least_one_of',
      'distinct',
      'mutually_exclusive_sets',
      'custom_entity_check',
      'only_one_of',
    );
    const argument = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom(
          'if_field',
          'if_match',
          'then_field',
          'then_match',
          'else_match',
          'set1',
          'then_at_least_one_of',
        ),
        fc.oneof(fc.constant('a'), fc.constant({ elements: { type: 'string' } }), fc.jsonValue()),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('a', 'b'), field)),
        fc.array(fc.tuple(check, argument)),
        fc.jsonValue(),
        (fields, checks, value) => {
          const raw = { fields, entity_checks: checks.map(([name, arg]) => ({ [name]: arg })) } as Json;
          const facts: SchemaFacts = {
            version: '3.9',
            entities: { things: entityFactsFromKong(raw, raw) },
            plugins: {},
          };
          const entity = { a: value, b: null } as JsonObject;
          expect(Array.isArray(validateEntity(facts, 'things', entity, { as: 'admin' }))).toBe(true);
          expect(withDefaults(facts, 'things', entity, { nulls: true })).toBeTypeOf('object');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('survives a schema that nests without end', () => {
    let nested: Json = { type: 'string' };
    for (let depth = 0; depth < 5000; depth++) nested = { type: 'array', elements: nested };
    expect(pluginFactsFromKong({ fields: [{ config: nested }] }).fields.config?.type).toBe('array');
  });
});

it('keeps descriptions only where they are wanted', () => {
  const raw = {
    fields: [{ a: { type: 'array', description: ' All. ', elements: { type: 'string', description: 'One.' } } }],
  };
  expect(pluginFactsFromKong(raw).fields['a']).toEqual({ type: 'array', elements: { type: 'string' } });
  const described = { type: 'array', description: 'All.', elements: { type: 'string', description: 'One.' } };
  expect(pluginFactsFromKong(raw, { prose: true }).fields['a']).toEqual(described);
  expect(entityFactsFromKong(raw, undefined, { prose: true }).fields['a']).toEqual(described);
});
