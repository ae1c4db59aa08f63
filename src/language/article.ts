import { singular } from './model.js';

/** `services` → "a service", `upstreams` → "an upstream". */
export function oneOf(kind: string): string {
  const name = singular(kind);
  return `${/^(?:[aeiou]|HMAC|SNI|mTLS)/i.test(name) ? 'an' : 'a'} ${name}`;
}
