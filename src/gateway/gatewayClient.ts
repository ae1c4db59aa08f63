import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultWorkspace, type Target } from '../core/environment.js';
import { cancelled, KongBackupError } from '../core/errors.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { redact } from '../core/redact.js';
import { followSignal } from './followSignal.js';
import {
  errorOfAnswer,
  errorOfNoAnswer,
  errorOfNoJson,
  errorOfOtherJson,
  isBusy,
  isCut,
  timedOut,
} from './gatewayErrors.js';
import { createAgent, type HttpAgent, type HttpReply, HttpStopped, sendHttp } from './httpAgent.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ClientOptions {
  /** Milliseconds that one request may take, its body included. */
  requestTimeout: number;
  /** Connections kept open at most. */
  connections?: number;
  /** Milliseconds before the first new try when the gateway is busy; doubled each time. */
  retryDelay?: number;
}

export interface CallOptions {
  /** Absent or `default`: no workspace in the address, as open source wants it. */
  workspace?: string;
  query?: Record<string, string>;
  body?: JsonObject;
  /** Instead of a body: texts that are sent as `multipart/form-data`, as an upload is. */
  form?: Readonly<Record<string, string>>;
  /** Instead of a body: a declarative file, sent as it is. */
  yaml?: string;
  /** A further status that is an answer, not a failure. Of a list the bodies need not be JSON: they are null then. */
  answers?: number | readonly number[];
  /** Milliseconds, for a request that may take longer than others. */
  timeout?: number;
  /** The largest answer that is read. No limit when absent. */
  maxBytes?: number;
  /** Called each time that the gateway says it is busy, before the request is sent again. */
  onBusy?: () => void;
  signal: AbortSignal;
}

export interface GatewayResponse {
  /** 2xx or 404, or what the caller takes for an answer. */
  status: number;
  /** Null for an empty body. */
  body: Json;
}

/** Speaks HTTP with one Admin API. Its connections close by themselves when idle, and keep no process alive. */
export interface GatewayClient {
  /** The base address, credentials masked. */
  readonly address: string;
  /**
   * @returns the answer when it is 2xx or 404: what "not there" means is the caller's to know.
   * @throws KongBackupError `gateway-*`; `cancelled` when the signal aborts.
   */
  request(method: Method, path: string, options: CallOptions): Promise<GatewayResponse>;
  /**
   * Pages of a collection, followed until Kong says there are no more.
   * @returns nothing at all when the address answers 404: see `missing`.
   * @throws KongBackupError `gateway-*`; `gateway-read-incomplete` when the pages run in a circle.
   */
  list(path: string, options: ListOptions): AsyncGenerator<JsonObject[], void>;
}

export interface ListOptions extends Omit<CallOptions, 'body'> {
  /** Another key than `data` that the entities may stand under. */
  key?: string;
  /** Called when the collection's address answers 404. */
  missing?: () => void;
}

const pageSize = '1000';
const defaultConnections = 16;
const tries = 5;
const longestDelay = 10_000;

export function createGatewayClient(target: Target, options: ClientOptions): GatewayClient {
  const base = new URL(target.environment.adminUrl);
  const headers = requestHeaders(base, target.headers);
  const { requestTimeout: timeout, connections = defaultConnections } = options;
  const agent = createAgent(target.tls, { timeout, connections });
  const call = { base, headers, agent, options, secrets: Object.values(headers) };
  return {
    address: redact(target.environment.adminUrl),
    request: (method, path, callOptions) => request(call, method, path, callOptions),
    list: (path, listOptions) => list(call, path, listOptions),
  };
}

interface Calls {
  base: URL;
  headers: Record<string, string>;
  agent: HttpAgent;
  options: ClientOptions;
  secrets: string[];
}

/** Credentials in the address become a header: they must not travel in the request line. */
function requestHeaders(base: URL, given: Record<string, string>): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json', ...given };
  if (base.username !== '' && !Object.keys(given).some((name) => name.toLowerCase() === 'authorization')) {
    const login = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(login).toString('base64')}`;
  }
  return headers;
}

function pathOf(base: URL, path: string, { workspace, query }: Omit<CallOptions, 'signal'>): string {
  const prefix = base.pathname.replace(/\/+$/, '');
  const scope = workspace === undefined || workspace === defaultWorkspace ? '' : `/${encodeURIComponent(workspace)}`;
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return `${prefix}${scope}${path}${search}`;
}

async function request(calls: Calls, method: Method, path: string, options: CallOptions): Promise<GatewayResponse> {
  const fullPath = pathOf(calls.base, path, options);
  const place = `${method} ${calls.base.origin}${fullPath}`;
  const harmless = method !== 'POST';
  for (let attempt = 1; ; attempt++) {
    const answer = await send(calls, method, fullPath, options, place).catch((error: unknown) => {
      if (harmless && attempt === 1 && isCut(error)) return undefined;
      throw error instanceof KongBackupError ? error : errorOfNoAnswer(error, place);
    });
    if (answer === undefined) continue;
    const { status, body, retryAfter } = answer;
    const refused = status === 429 || status === 503;
    if (isBusy(status) && (refused || harmless) && attempt < tries) {
      options.onBusy?.();
      await delay(retryAfter ?? (calls.options.retryDelay ?? 250) * 2 ** (attempt - 1), options.signal, place);
      continue;
    }
    if (options.answers === status && body !== undefined) return { status, body };
    if (isListed(options.answers, status)) return { status, body: body ?? null };
    if (status >= 300 && status < 400) throw errorOfNoJson(status, place);
    if ((status < 200 || status >= 300) && status !== 404 && status !== options.answers) {
      throw errorOfAnswer({ status, body }, { place, secrets: calls.secrets });
    }
    if (body === undefined) throw errorOfNoJson(status, place);
    return { status, body };
  }
}

const isListed = (answers: CallOptions['answers'], status: number): boolean =>
  typeof answers === 'object' && answers.includes(status);

async function delay(milliseconds: number, signal: AbortSignal, place: string): Promise<void> {
  const { stop, release } = followSignal(signal);
  await sleep(Math.min(milliseconds, longestDelay), undefined, { signal: stop.signal })
    .catch(() => {
      throw cancelled(place);
    })
    .finally(release);
}

interface RawAnswer {
  status: number;
  /** Undefined when there is a body that is not JSON. */
  body: Json | undefined;
  /** Milliseconds. */
  retryAfter: number | undefined;
}

async function send(
  { base, headers, agent, options: { requestTimeout } }: Calls,
  method: Method,
  path: string,
  options: CallOptions,
  place: string,
): Promise<RawAnswer> {
  const { maxBytes, signal, timeout = requestTimeout } = options;
  if (signal.aborted) throw cancelled(place);
  const { type, content } = contentOf(options);
  const sent = type === undefined ? headers : { ...headers, 'content-type': type };
  const call = { origin: base.origin, path, method, headers: sent, body: content, maxBytes, timeout, signal };
  const reply = await sendHttp(agent, call).catch((error: unknown) => {
    if (!(error instanceof HttpStopped)) throw error;
    throw error.why === 'aborted' ? cancelled(place) : timedOut(place, `No answer within ${timeout / 1000} s.`);
  });
  if (reply.isCut) throw errorOfOtherJson(place, `this one never has more than ${(maxBytes ?? 0) / 1e6} MB`);
  return { status: reply.status, body: parse(reply.body.toString('utf8')), retryAfter: retryAfterOf(reply.headers) };
}

/** What is sent, and as what. Kong refuses `application/x-yaml`. */
function contentOf({ body, form, yaml }: CallOptions): { type?: string; content: string | null } {
  if (form !== undefined) return formContent(form);
  if (yaml !== undefined) return { type: 'text/yaml', content: yaml };
  return body === undefined ? { content: null } : { type: 'application/json', content: JSON.stringify(body) };
}

/** As files: a text would get other ends of lines on its way. */
function formContent(fields: Readonly<Record<string, string>>): { type: string; content: string } {
  const boundary = `kong-backup-${randomBytes(16).toString('hex')}`;
  const parts = Object.entries(fields).map(([name, value]) =>
    [
      `--${boundary}`,
      `Content-Disposition: form-data; name="${name}"; filename="${name}"`,
      'Content-Type: application/octet-stream',
      '',
      `${value}\r\n`,
    ].join('\r\n'),
  );
  return { type: `multipart/form-data; boundary=${boundary}`, content: `${parts.join('')}--${boundary}--\r\n` };
}

function parse(text: string): Json | undefined {
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function retryAfterOf(headers: HttpReply['headers']): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

async function* list(calls: Calls, path: string, options: ListOptions): AsyncGenerator<JsonObject[], void> {
  const { missing, key = 'data', query, ...rest } = options;
  const seen = new Set<string>();
  let offset: string | undefined;
  for (;;) {
    const pageQuery = { ...query, size: pageSize, ...(offset === undefined ? {} : { offset }) };
    const { status, body } = await request(calls, 'GET', path, { ...rest, query: pageQuery });
    const place = `GET ${calls.base.origin}${pathOf(calls.base, path, rest)}`;
    if (status === 404 && offset === undefined) return missing?.();
    yield pageOf(body, key, place);
    offset = nextOffset(body as JsonObject);
    if (offset === undefined) return;
    if (seen.has(offset)) {
      throw new KongBackupError('gateway-read-incomplete', {
        place,
        reason: 'The gateway gave the same page twice and never an end.',
        remedy: "Look into the gateway's error log; nothing that was read can be trusted to be all.",
      });
    }
    seen.add(offset);
  }
}

function pageOf(body: Json, key: string, place: string): JsonObject[] {
  const data = isObject(body) ? (body['data'] ?? body[key]) : undefined;
  // Kong writes an empty list as {} where its JSON encoder can't tell the two apart.
  if (isObject(data) && Object.keys(data).length === 0) return [];
  if (!Array.isArray(data)) throw errorOfOtherJson(place, 'a list has its entities under `data`');
  return data.filter(isObject);
}

/** Kong names the next page twice: `next` is an address, `offset` the mark in it. Some addresses give only one of them. */
function nextOffset(body: JsonObject): string | undefined {
  const { next, offset } = body;
  if (next === null) return undefined;
  if (typeof offset === 'string' && offset !== '') return offset;
  if (typeof next !== 'string') return undefined;
  return new URL(next, 'http://gateway').searchParams.get('offset') ?? undefined;
}
