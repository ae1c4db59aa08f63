import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../../src/core/json.js';
import { createPracticeApi, type PracticeApi } from '../../src/practice/practiceApi.js';
import { comparable } from './practiceAside.js';
import type { SchemaFacts } from '../../src/schema/facts.js';

/** One request to a real gateway and its answer, as recorded. */
export interface Exchange {
  seq: number;
  method: string;
  path: string;
  query: string;
  requestHeaders: Record<string, string>;
  requestBody: string | null;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: string | null;
  responseBodySameAs?: string;
}

export interface Disagreement {
  seq: number;
  request: string;
  why: string;
}

export interface ReplayResult {
  file: string;
  exchanges: number;
  agreed: number;
  disagreements: Disagreement[];
}

/** Reads a recording; bodies that are told by reference are filled in. */
export function readRecording(folder: string, file: string): Exchange[] {
  const lines = readFileSync(path.join(folder, file), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const exchange = JSON.parse(line) as Exchange;
    const [other, number] = exchange.responseBodySameAs?.split(':') ?? [];
    if (other === undefined) return exchange;
    const same = readFileSync(path.join(folder, other), 'utf8').split('\n')[Number(number) - 1] ?? 'null';
    return { ...exchange, responseBody: (JSON.parse(same) as Exchange).responseBody };
  });
}

/**
 * Asks the practice gateway what the real one was asked, in order, and compares the answers: status, content type,
 * and the body's values. Ids are made the recorded ones where one request makes one; times and what is random are left aside.
 */
export function replay(
  facts: SchemaFacts,
  file: string,
  exchanges: readonly Exchange[],
  options: { mode: 'traditional' | 'dbless'; version: string },
): ReplayResult {
  let nextId: string | undefined;
  let made = 0;
  const practice = createPracticeApi({
    facts,
    ...options,
    makers: {
      now: Date.now,
      newId() {
        // What no answer tells is numbered, so that every replay is the same.
        const id = nextId ?? `00000000-0000-4000-9000-${String(++made).padStart(12, '0')}`;
        nextId = undefined;
        return id;
      },
    },
  });
  practice.fill();
  seed(practice, exchanges);
  const ids = new Map<string, string>();
  const disagreements: Disagreement[] = [];
  for (const exchange of exchanges) {
    nextId = idMade(exchange);
    const why = ask(practice, exchange, ids);
    if (why !== undefined) {
      const { seq, method, path: at, query } = exchange;
      disagreements.push({ seq, request: `${method} ${at}${query ? `?${query}` : ''}`, why });
    }
  }
  return { file, exchanges: exchanges.length, agreed: exchanges.length - disagreements.length, disagreements };
}

function idMade({ method, responseBody }: Exchange): string | undefined {
  if (method !== 'POST' && method !== 'PUT') return undefined;
  const body = parse(responseBody);
  return isObject(body) && typeof body['id'] === 'string' ? body['id'] : undefined;
}

/** A recording may begin on a gateway that holds something: what its reads before the first write show is put there. */
function seed({ api, storage }: PracticeApi, exchanges: readonly Exchange[]): void {
  const loaded =
    exchanges[0]?.method === 'GET' && exchanges.find(({ path: at, method }) => at === '/config' && method === 'GET');
  const text =
    loaded && loaded.status === 200 && !exchanges.some(({ method }) => method === 'POST') ? loaded.responseBody : null;
  if (text !== null) {
    api.handle({ method: 'POST', url: '/config', contentType: 'application/json', body: Buffer.from(text) });
    return;
  }
  const written = exchanges.findIndex(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
  for (const { path: at, status, responseBody } of exchanges.slice(0, written === -1 ? undefined : written)) {
    const body = parse(responseBody);
    if (status !== 200 || !isObject(body)) continue;
    const word = at.split('/').filter(Boolean);
    const last = word.length === 3 ? word[2] : word[0];
    const kind = Object.entries(storage.facts.entities).find(
      ([name, entity]) => name === last || entity.admin_api_name === last || entity.admin_api_nested_name === last,
    )?.[0];
    if (kind === undefined || kind === 'tags' || word[0] === 'schemas') continue;
    const items = Array.isArray(body['data']) ? body['data'] : [body];
    for (const item of items) if (isObject(item) && typeof item['id'] === 'string') restore(kind, item);
  }

  function restore(kind: string, { ttl: _ttl, snis: _snis, ...fields }: JsonObject): void {
    const value = kind === 'routes' ? { ...fields, snis: _snis ?? null } : fields;
    storage.restore(kind, structuredClone(value), 'default');
  }
}

/** @returns why the answers differ; undefined when they agree. */
function ask({ api }: PracticeApi, exchange: Exchange, ids: Map<string, string>): string | undefined {
  const ours = (text: string): string => text.replace(uuids, (id) => ids.get(id) ?? id);
  const reply = api.handle({
    method: exchange.method,
    url: ours(exchange.path + (exchange.query ? `?${exchange.query}` : '')),
    contentType: exchange.requestHeaders['content-type'],
    body: Buffer.from(ours(exchange.requestBody ?? '')),
  });
  if (reply.status !== exchange.status) {
    return `status ${reply.status} for ${exchange.status}; ours: ${JSON.stringify(reply.body)?.slice(0, 400)}`;
  }
  const allow = exchange.responseHeaders['allow'];
  if (allow !== reply.headers?.['allow']) return `allow ${reply.headers?.['allow']} for ${allow}`;
  const theirs = exchange.method === 'HEAD' ? '' : (exchange.responseBody ?? '');
  if (exchange.method === 'HEAD') return undefined;
  const expected = parse(theirs);
  if (expected === undefined)
    return compareText(theirs, reply.text?.body ?? (reply.body === undefined ? '' : JSON.stringify(reply.body)));
  return difference(comparable(exchange, expected), comparable(exchange, reply.body ?? null), ids);
}

function compareText(theirs: string, ours: string): string | undefined {
  const first = (text: string): string => text.trim().split(/\r?\n/, 2).join('\n');
  return first(theirs) === first(ours) ? undefined : `text ${ours.slice(0, 100)}`;
}

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const isTime = (key: string): boolean => key === 'created_at' || key === 'updated_at';
const randomKeys = /^[0-9A-Za-z]{32}$/;

/** The first place where two bodies differ. */
function difference(theirs: Json, ours: Json, ids: Map<string, string>, at = ''): string | undefined {
  if (isObject(theirs) && isObject(ours)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    for (const key of keys) {
      if (!(key in ours)) return `${at}.${key} missing: ${JSON.stringify(theirs[key])}`;
      if (!(key in theirs)) return `${at}.${key} too much: ${JSON.stringify(ours[key])}`;
      if (isTime(key) && typeof theirs[key] === typeof ours[key]) continue;
      const found = difference(theirs[key] ?? null, ours[key] ?? null, ids, `${at}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length !== ours.length)
      return `${at}: ${ours.length} items for ${theirs.length}: ${JSON.stringify(ours).slice(0, 300)}`;
    for (const [index, item] of theirs.entries()) {
      const found = difference(item, ours[index] ?? null, ids, `${at}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof theirs === 'string' && typeof ours === 'string') {
    if (randomKeys.test(theirs) && randomKeys.test(ours)) return undefined;
    const [id] = theirs.match(uuids) ?? [];
    const [own] = ours.match(uuids) ?? [];
    if (id === theirs && own === ours && !ids.has(id)) ids.set(id, own);
    const mapped = theirs.replace(uuids, (one) => ids.get(one) ?? one);
    return mapped === ours ? undefined : `${at}: ${JSON.stringify(ours)} for ${JSON.stringify(theirs)}`;
  }
  return isDeepStrictEqual(theirs, ours) ? undefined : `${at}: ${JSON.stringify(ours)} for ${JSON.stringify(theirs)}`;
}

function parse(text: string | null): Json | undefined {
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
