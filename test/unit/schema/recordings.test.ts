import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.js';
import { withDefaults } from '../../../src/schema/defaults.js';
import type { SchemaFacts } from '../../../src/schema/facts.js';
import { schemaViolation } from '../../../src/schema/schemaErrors.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { hasShared, readLines, shared, shippedFacts } from './corpus.js';
import { openSource } from './facts.js';

const exchanges = path.join(shared, 'kong-facts', 'recordings', 'exchanges');

interface Exchange {
  method: string;
  path: string;
  requestBody: string | null;
  status: number;
  responseBody: string | null;
}

interface Write {
  kind: string;
  value: JsonObject;
  status: number;
  answer: JsonObject;
  request: string;
}

const anyId = '00000000-0000-4000-8000-000000000001';

function parsed(text: string | null): Json {
  try {
    return JSON.parse(text ?? 'null') as Json;
  } catch {
    return null;
  }
}

/** The kind that an address is about, and the foreign field that a nested address fills. */
function addressed(facts: SchemaFacts, address: string): { kind: string; field?: string } | undefined {
  const parts = address.split('/').filter(Boolean);
  if (parts[0] === 'schemas' && parts[2] === 'validate') return { kind: parts[1] ?? '' };
  const named = (name: string | undefined): string | undefined =>
    Object.entries(facts.entities).find(
      ([kind, entity]) =>
        name === kind || name === entity.admin_api_name || (parts.length > 2 && name === entity.admin_api_nested_name),
    )?.[0];
  const kind = named(parts.length > 2 ? parts[2] : parts[0]);
  if (kind === undefined) return undefined;
  const parent = parts.length > 2 ? named(parts[0]) : undefined;
  const field = Object.entries(facts.entities[kind]?.foreign ?? {}).find(([, { reference }]) => reference === parent);
  return { kind, ...(field && { field: field[0] }) };
}

/** A body as the gateway has it when it asks its schema: the address in it, references found. */
function asStored(facts: SchemaFacts, exchange: Exchange): Write | undefined {
  const body = parsed(exchange.requestBody);
  const answer = parsed(exchange.responseBody);
  const target = addressed(facts, exchange.path);
  if (!target || !isObject(answer) || (!isObject(body) && !Array.isArray(body))) return undefined;
  const entity = facts.entities[target.kind];
  const value: JsonObject = isObject(body) ? { ...body } : {};
  if (target.field !== undefined) value[target.field] = { id: anyId };
  const [, , , last = exchange.path.split('/')[2]] = exchange.path.split('/').filter(Boolean);
  if (exchange.method === 'PUT' && last !== undefined) {
    value[/^[0-9a-f-]{36}$/.test(last) ? 'id' : (entity?.endpoint_key ?? 'id')] ??= last;
  }
  for (const field of Object.keys(entity?.foreign ?? {})) {
    const reference = value[field];
    if (isObject(reference) && reference.id === undefined) value[field] = { id: anyId };
  }
  const request = `${exchange.method} ${exchange.path} ${exchange.requestBody ?? ''}`;
  return { kind: target.kind, value, status: exchange.status, answer, request };
}

function writes(facts: SchemaFacts, gateway: string): Write[] {
  const files = readdirSync(exchanges).filter((name) => name.startsWith(`kong-${gateway}__`));
  const seen = new Set<string>();
  return files
    .flatMap((name) => (name.endsWith('.jsonl') ? readLines<Exchange>(path.join(exchanges, name)) : []))
    .filter(({ method, path: address }) => ['POST', 'PUT'].includes(method) && !address.startsWith('/config'))
    .map((exchange) => asStored(facts, exchange))
    .filter((write): write is Write => write !== undefined)
    .filter(({ request, status }) => !seen.has(`${request}${status}`) && seen.add(`${request}${status}`));
}

/** What Kong makes, looks up or hashes: not the schema's. */
const notTheSchemas: Readonly<Record<string, readonly string[]>> = {
  basicauth_credentials: ['password'],
  certificates: ['snis'],
  ca_certificates: ['cert_digest'],
};

function comparable(facts: SchemaFacts, kind: string, value: JsonObject): JsonObject {
  const fields = facts.entities[kind]?.fields ?? {};
  const kept = Object.entries(value).filter(([name]) => {
    const field = fields[name];
    return !field?.auto && field?.type !== 'foreign' && name !== 'ttl' && !notTheSchemas[kind]?.includes(name);
  });
  return Object.fromEntries(kept);
}

const gateways = [
  { version: '3.9', gateway: '3.9.3' },
  { version: '2.8', gateway: '2.8.5' },
];

describe.skipIf(!hasShared)('writes that a real gateway answered', () => {
  it.each(gateways)('$gateway: what was stored', ({ version, gateway }) => {
    const facts = openSource(shippedFacts(version));
    const stored = writes(facts, gateway).filter(({ status, answer }) => [200, 201].includes(status) && answer.id);
    expect(stored.length).toBeGreaterThan(100);
    for (const { kind, value, answer, request } of stored) {
      expect(validateEntity(facts, kind, value, { as: 'admin' }), request).toEqual([]);
      const ours = withDefaults(facts, kind, value, { nulls: true });
      expect(comparable(facts, kind, ours), request).toEqual(comparable(facts, kind, answer));
    }
  });

  it.each(gateways)('$gateway: what was refused, word for word', ({ version, gateway }) => {
    const facts = openSource(shippedFacts(version));
    const refused = writes(facts, gateway)
      .filter(({ status, answer }) => status === 400 && answer.code === 2)
      // Which certificate has an SNI is for the database.
      .filter(({ answer }) => !String(answer.message).includes('already associated'));
    expect(refused.length).toBeGreaterThan(100);
    for (const { kind, value, answer, request } of refused) {
      const problems = validateEntity(facts, kind, value, { as: 'admin' });
      expect(schemaViolation(problems), request).toEqual(answer);
    }
  });
});
