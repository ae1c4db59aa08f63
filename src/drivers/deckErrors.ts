import type { ErrorCode } from '../core/errors.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';

interface Symptom {
  sign: RegExp;
  code: ErrorCode;
  remedy: string;
}

/** decK has no codes: its words are matched here, and nowhere else. The first that fits is taken. */
const symptoms: readonly Symptom[] = [
  {
    sign: /no space left on device|not enough space on the disk/i,
    code: 'store-full',
    remedy: 'Free some space, or choose another folder for snapshots.',
  },
  {
    sign: /writing file: /,
    code: 'store-unwritable',
    remedy: 'Check the folder and its permissions.',
  },
  {
    sign: /workspace '.*' does not exist/i,
    code: 'workspace-missing',
    remedy: 'Check the name of the workspace, or create it first.',
  },
  {
    sign: /invalid URL|unsupported protocol scheme|failed to parse kong address/,
    code: 'environment-invalid',
    remedy: 'Correct the Admin API address of the environment; it starts with http:// or https://.',
  },
  {
    sign: /server gave HTTP response to HTTPS client/,
    code: 'gateway-unreachable',
    remedy: 'This port speaks plain HTTP: use http:// in the Admin API address, or the HTTPS port.',
  },
  {
    sign: /Client\.Timeout|context deadline exceeded|i\/o timeout|TLS handshake timeout/,
    code: 'gateway-timeout',
    remedy: 'Try again, or raise the time limit for requests in the settings.',
  },
  {
    sign: /x509: |tls: |certificate signed by|failed to load TLSCACert/,
    code: 'gateway-unreachable',
    remedy: 'Check the TLS settings of the environment: authority, client certificate, server name.',
  },
  {
    sign: /HTTP status 401/,
    code: 'gateway-unauthorized',
    remedy: 'Check the Admin API token of the environment.',
  },
  {
    sign: /HTTP status 403/,
    code: 'gateway-forbidden',
    remedy: 'Use a token whose role may do this.',
  },
  {
    sign: /HTTP status 405|when not using a database/,
    code: 'gateway-read-only-mode',
    remedy: 'A gateway without a database takes a whole file only: load it with its own declarative format.',
  },
  { sign: /HTTP status 409/, code: 'gateway-conflict', remedy: 'Look at the entity that stands in the way.' },
  { sign: /HTTP status (429|503)/, code: 'gateway-busy', remedy: 'Try again in a while.' },
  {
    sign: /HTTP status (502|504)/,
    code: 'gateway-unreachable',
    remedy: 'Something in front of the Admin API answers in its place: check that Kong runs.',
  },
  {
    sign: /No plugin named/,
    code: 'gateway-rejected',
    remedy: 'Enable the plugin on the gateway, or take it out of the file.',
  },
  {
    sign: /making HTTP request|connection refused|no such host|dial tcp|connection reset|network is unreachable/,
    code: 'gateway-unreachable',
    remedy: 'Check the Admin API address and that the gateway runs.',
  },
  {
    sign: /reading (state )?file|validating file content|building state|into state: |inserting \w+ |cannot apply '|empty configuration file|environment variable '|parsing file/,
    code: 'file-invalid',
    remedy: 'Validate the file and correct what it names.',
  },
  {
    sign: /invalid character '<'|failed to parse response body|reading Kong version: HTTP status 404|invalid character .* looking for/,
    code: 'gateway-not-kong',
    remedy: 'Check that the address is that of the Admin API, path included.',
  },
  {
    sign: /HTTP status 404/,
    code: 'gateway-not-kong',
    remedy: 'Check that the address is that of the Admin API, path included.',
  },
  {
    sign: /HTTP status 400/,
    code: 'gateway-rejected',
    remedy: 'Correct the entity that the gateway refuses.',
  },
];

const unknown: Omit<Symptom, 'sign'> = { code: 'tool-failed', remedy: 'See the log for what decK said.' };

/**
 * An error made of decK's words.
 * @param errors as decK said them; shown, up to three.
 * @param said all that decK wrote, where that is more.
 */
export function deckError(
  place: string,
  errors: readonly string[],
  secrets: readonly string[],
  said = errors.join('\n'),
): KongBackupError {
  const { code, remedy } = symptoms.find(({ sign }) => sign.test(said)) ?? unknown;
  const shown = errors.slice(0, 3).join('; ') || 'decK failed without a word';
  const more = errors.length > 3 ? ` (and ${errors.length - 3} more)` : '';
  return new KongBackupError(code, { place, reason: `decK: ${redact(shown, secrets)}${more}.`, remedy });
}
