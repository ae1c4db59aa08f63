import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled, isKongBackupError, KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import { redact } from '../core/redact.js';
import { followSignal } from './followSignal.js';
import type { GatewayClient } from './gatewayClient.js';
import { errorOfOtherJson, HttpStatus } from './gatewayErrors.js';

/** What a gateway without a database made of a file. `same`: it holds just this text. */
export type Loaded = { verdict: 'loaded' | 'same' } | { verdict: 'refused'; answer: Json };

/** Milliseconds: Kong takes seconds for ten thousand entities. */
const patience = 300_000;

/**
 * Loads a file into a gateway without a database, in place of all that it holds. A gateway that is busy is asked again, within bounds.
 * @throws KongBackupError `gateway-*`; `gateway-rejected` with the limit's name for a file that is too large; `cancelled`.
 */
export async function postConfig(client: GatewayClient, text: string, signal: AbortSignal): Promise<Loaded> {
  const { status, body } = await client.request('POST', '/config', {
    query: { check_hash: '1', flatten_errors: '1' },
    yaml: text,
    answers: [304, 400, 413],
    timeout: patience,
    signal,
  });
  const place = `POST ${client.address}/config`;
  if (status === 304) return { verdict: 'same' };
  if (status === 413) throw tooLarge(place, text, body);
  if (status === 400 && isObject(body) && body['code'] === 14) return { verdict: 'refused', answer: body };
  if (status === 400 || status === 404) throw notTaken(place, body);
  return { verdict: 'loaded' };
}

/** The whole configuration as text. @throws KongBackupError `gateway-*`, `cancelled`. */
export async function getConfig(client: GatewayClient, signal: AbortSignal): Promise<string> {
  const place = `GET ${client.address}/config`;
  const { status, body } = await client.request('GET', '/config', { answers: [400], timeout: patience, signal });
  if (status !== 200) throw notTaken(place, body);
  const config = isObject(body) ? body['config'] : undefined;
  if (typeof config !== 'string') throw errorOfOtherJson(place, 'the configuration stands as text under `config`');
  return config;
}

function notTaken(place: string, body: Json): KongBackupError {
  const said = isObject(body) && typeof body['message'] === 'string' ? body['message'] : undefined;
  return new KongBackupError('gateway-rejected', {
    place,
    reason: said === undefined ? 'The gateway has no such address.' : `The gateway answered: ${redact(said)}.`,
    remedy: 'Only a gateway without a database is loaded this way: check the address and the mode of the environment.',
  });
}

/** Kong says itself that its memory is full; its web server refuses a large request with a page. */
function tooLarge(place: string, text: string, body: Json): KongBackupError {
  const size = `${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB`;
  const isKongs = isObject(body);
  return new KongBackupError('gateway-rejected', {
    place,
    reason: isKongs
      ? `The configuration (${size}) does not fit into the gateway's memory for it.`
      : `The gateway's web server takes no request of ${size}.`,
    remedy: isKongs
      ? 'Raise `lmdb_map_size` in kong.conf and restart the gateway. Nothing was changed.'
      : 'Raise `nginx_admin_client_max_body_size` in kong.conf and restart the gateway, or bring it back as a file. Nothing was changed.',
    cause: new HttpStatus(413),
  });
}

export interface WaitOptions {
  /** Milliseconds from one look to the next. */
  every?: number;
  /** Milliseconds after which there is no more waiting. */
  limit: number;
  signal: AbortSignal;
}

/**
 * Looks again and again until there is something to see.
 * @returns undefined when the time was over. @throws KongBackupError `cancelled`, and what `look` throws.
 */
export async function waitUntil<T>(
  look: () => Promise<T | undefined>,
  place: string,
  { every = 250, limit, signal }: WaitOptions,
): Promise<T | undefined> {
  const end = performance.now() + limit;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    const left = end - performance.now();
    if (left <= 0) return undefined;
    const { stop, release } = followSignal(signal);
    await sleep(Math.min(every, left), undefined, { signal: stop.signal })
      .catch(() => {
        throw cancelled(place);
      })
      .finally(release);
  }
}

/** Codes of a gateway that is on its way down or up. */
const onItsWay = ['gateway-unreachable', 'gateway-timeout', 'gateway-busy', 'gateway-not-kong', 'gateway-rejected'];

/** Whether the gateway answers, and has its configuration where it takes it from a file. @throws KongBackupError `gateway-unauthorized`, `gateway-forbidden`, `cancelled`. */
export async function isReady(client: GatewayClient, signal: AbortSignal): Promise<boolean> {
  try {
    const { status, body } = await client.request('GET', '/status', { signal });
    const hash = isObject(body) ? body['configuration_hash'] : undefined;
    return status === 200 && !(typeof hash === 'string' && /^0+$/.test(hash));
  } catch (error) {
    if (isKongBackupError(error) && onItsWay.includes(error.code)) return false;
    throw error;
  }
}
