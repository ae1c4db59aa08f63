import type { Json } from '../../core/json.js';

export interface FormatContext {
  as: 'declarative' | 'admin';
  crypto?: CryptoChecks;
}

/** What Kong's Lua says of a value that its schema cannot. @returns Kong's answer; undefined when the value is fine. */
export type Format = (value: Json, context: FormatContext) => string | undefined;

/**
 * Checks that need a crypto library, which a browser has not: the host of the engine may lend them.
 * Each returns what is wrong, in Kong's words, or undefined.
 */
export interface CryptoChecks {
  certificate?(pem: string): string | undefined;
  privateKey?(pem: string): string | undefined;
  publicKey?(pem: string): string | undefined;
  jwk?(json: string): string | undefined;
  /** Whether a certificate and a key belong together. */
  pair?(certificate: string, key: string): string | undefined;
  /** Whether the keys of two certificates are of different types, such as RSA and EC. */
  differentTypes?(certificate: string, other: string): string | undefined;
  /** Whether a certificate may sign others. */
  authority?(certificate: string): string | undefined;
}

/** For strings only; values of other types have been answered before. */
export const ofString =
  (check: (value: string, context: FormatContext) => string | undefined): Format =>
  (value, context) =>
    typeof value === 'string' ? check(value, context) : undefined;
