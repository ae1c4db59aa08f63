import { KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import { redact } from '../core/redact.js';
import { isSecretField, withoutSecretValues } from '../core/secretFields.js';

/** What is known of a call that failed. */
export interface FailedCall {
  /** `GET http://localhost:8001/services`, credentials masked. */
  place: string;
  /** Exact values that no message may show. */
  secrets: readonly string[];
}

/** An answer that is not what was asked for. */
export interface Answer {
  status: number;
  /** Parsed JSON; undefined when the body is none. */
  body: Json | undefined;
}

/** Kong's own words: the message, its error code and the fields it complains of. */
function kongReason({ status, body }: Answer, secrets: readonly string[]): string {
  if (!isObject(body)) return `The gateway answered ${status}.`;
  const message = typeof body['message'] === 'string' ? body['message'] : `status ${status}`;
  const code = typeof body['code'] === 'number' ? ` (status ${status}, code ${body['code']})` : ` (status ${status})`;
  const shown = isObject(body['fields']) ? missingFrom(message, body['fields']) : '';
  // Elsewhere the values of `fields` are words about them.
  const isTaken = message.startsWith('UNIQUE violation');
  const values = isTaken && isObject(body['fields']) ? secretValues(body['fields']) : [];
  const said = withoutSecretValues(redact(message, values));
  return redact(`The gateway answered: ${said}${code}${shown}.`, secrets);
}

/** A gateway repeats in its message what it does not take. */
const secretValues = (fields: { [name: string]: Json }): string[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' && isSecretField('', name) ? [value] : [],
  );

/** The names of the fields that the message itself doesn't name. Values may be secrets: they are not shown. */
function missingFrom(message: string, fields: { [name: string]: Json }): string {
  const names = Object.keys(fields).filter((name) => !name.startsWith('@') && !message.includes(name));
  return names.length === 0 ? '' : `, fields ${names.join(', ')}`;
}

const unauthorized = 'Check the token of this environment and the header it is sent in.';
const forbidden = 'Give the token a role that may use this address, or use another token.';
const notKong =
  'Check the address: it has to be that of the Admin API (port 8001 or 8444), not of the proxy or a web page.';

/** The cause of a refusal, for callers to whom the kind of refusal matters. */
export class HttpStatus extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** What an answer other than 2xx means. */
export function errorOfAnswer(answer: Answer, { place, secrets }: FailedCall): KongBackupError {
  const { status, body } = answer;
  const reason = kongReason(answer, secrets);
  if (status === 401) return new KongBackupError('gateway-unauthorized', { place, reason, remedy: unauthorized });
  if (status === 403) return new KongBackupError('gateway-forbidden', { place, reason, remedy: forbidden });
  if (isBusy(status)) return busy(answer, { place, secrets });
  if (!isObject(body)) return errorOfNoJson(status, place);
  if (status === 409) {
    const remedy = 'Another entity has the same unique value. Read the gateway again and make a new plan.';
    return new KongBackupError('gateway-conflict', { place, reason, remedy });
  }
  if (status === 405 && body['code'] === 12) {
    const remedy = 'A gateway without a database takes changes as one declarative file only.';
    return new KongBackupError('gateway-read-only-mode', { place, reason, remedy });
  }
  const remedy =
    status >= 500 ? "Look into the gateway's error log, then try again." : 'Correct the entity, then try again.';
  return new KongBackupError('gateway-rejected', { place, reason, remedy, cause: new HttpStatus(status) });
}

export const isBusy = (status: number): boolean => status === 429 || status === 502 || status === 503 || status === 504;

function busy(answer: Answer, { place, secrets }: FailedCall): KongBackupError {
  return new KongBackupError('gateway-busy', {
    place,
    reason: kongReason(answer, secrets),
    remedy: 'The gateway did not get free within several tries. Wait a little, then try again.',
  });
}

export function errorOfNoJson(status: number, place: string): KongBackupError {
  return new KongBackupError('gateway-not-kong', {
    place,
    reason: `The answer (status ${status}) is not JSON.`,
    remedy: notKong,
  });
}

/** JSON, but not in the shape that Kong answers in. */
export function errorOfOtherJson(place: string, expected: string): KongBackupError {
  return new KongBackupError('gateway-not-kong', {
    place,
    reason: `The answer is JSON but not Kong's: ${expected}.`,
    remedy: notKong,
  });
}

const withoutTls = {
  reason: 'The other side does not speak TLS.',
  remedy: 'Check the address: http:// for port 8001, https:// for 8444.',
};

const unreachable: Record<string, { reason: string; remedy: string }> = {
  ECONNREFUSED: {
    reason: 'Nothing listens at this address.',
    remedy: 'Check that the gateway is running and that the port is that of its Admin API.',
  },
  ENOTFOUND: {
    reason: 'There is no host of this name.',
    remedy: 'Check the address, or the VPN and DNS of this machine.',
  },
  EAI_AGAIN: { reason: 'The name of the host could not be resolved.', remedy: 'Check the DNS of this machine.' },
  EHOSTUNREACH: { reason: 'There is no way to this host.', remedy: 'Check the network or VPN of this machine.' },
  ENETUNREACH: { reason: 'There is no way to this network.', remedy: 'Check the network or VPN of this machine.' },
  ECONNRESET: { reason: 'The connection was cut.', remedy: 'Check proxies on the way, then try again.' },
  UND_ERR_SOCKET: { reason: 'The connection was cut.', remedy: 'Check proxies on the way, then try again.' },
  EPROTO: withoutTls,
  ERR_SSL_WRONG_VERSION_NUMBER: withoutTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: withoutTls,
};

const tlsRemedy =
  "Name the authority's certificate under `tls.caFile` of this environment, or correct the gateway's certificate.";

const codeOf = (error: unknown): string => {
  const own = (error as { code?: unknown } | undefined)?.code;
  if (typeof own === 'string') return own;
  const first = (error as { errors?: unknown[] } | undefined)?.errors?.[0];
  return first === undefined ? '' : codeOf(first);
};

/** Whether the connection broke, so that a harmless request may be sent once more. */
export function isCut(error: unknown): boolean {
  return ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(codeOf(error));
}

/** What a request that got no answer means. */
export function errorOfNoAnswer(error: unknown, place: string): KongBackupError {
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return timedOut(place, 'No connection in time.');
  if (code.startsWith('HPE_')) {
    const reason = 'The answer is not HTTP.';
    return new KongBackupError('gateway-not-kong', { place, reason, remedy: notKong, cause: error });
  }
  const text = (error instanceof Error ? error.message : String(error)).trim();
  const known = unreachable[code];
  if (known) return new KongBackupError('gateway-unreachable', { place, ...known, cause: error });
  const tls = /CERT|TLS|SSL|SIGNATURE/.test(code);
  return new KongBackupError('gateway-unreachable', {
    place,
    reason: tls ? `The TLS connection failed: ${text} (${code}).` : `The connection failed: ${text}.`,
    remedy: tls ? tlsRemedy : 'Check the address and the network, then try again.',
    cause: error,
  });
}

export function timedOut(place: string, reason: string): KongBackupError {
  return new KongBackupError('gateway-timeout', {
    place,
    reason,
    remedy: 'Check that the gateway is well, or allow more time for one request in the settings.',
  });
}
