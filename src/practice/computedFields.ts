import { X509Certificate } from 'node:crypto';
import type { JsonObject } from '../core/json.js';

const defaultTargetPort = 8000;

/** Fields that Kong works out from others, set in place. */
export function completeValue(kind: string, fields: JsonObject): void {
  if (kind === 'ca_certificates' && typeof fields['cert'] === 'string') {
    fields['cert_digest'] = digestOf(fields['cert']) ?? null;
  } else if (kind === 'targets' && typeof fields['target'] === 'string') {
    fields['target'] = withPort(fields['target']);
  }
}

/** SHA-256 of the certificate's DER, in hex; undefined when the text is no certificate. */
export function digestOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    return undefined;
  }
}

/** `h.com` is kept as `h.com:8000`, an IPv6 address in brackets. */
function withPort(target: string): string {
  if (target.startsWith('[')) return /\]:\d+$/.test(target) ? target : `${target}:${defaultTargetPort}`;
  const colons = target.split(':').length - 1;
  if (colons > 1) return `[${target}]:${defaultTargetPort}`;
  return colons === 1 ? target : `${target}:${defaultTargetPort}`;
}
