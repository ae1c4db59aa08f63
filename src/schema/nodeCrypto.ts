import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { CryptoChecks } from './formats/format.js';

const attempt = (try_: () => unknown, fault: string): string | undefined => {
  try {
    try_();
    return undefined;
  } catch {
    return fault;
  }
};

/** Node's cryptography, lent to the schema engine for what form alone can't tell. */
export const nodeCrypto: CryptoChecks = {
  certificate: (pem) => attempt(() => new X509Certificate(pem), 'invalid certificate: x509.new: bad certificate'),
  privateKey: (pem) => attempt(() => createPrivateKey(pem), 'invalid key: pkey.new:load_key: bad key'),
  publicKey: (pem) => attempt(() => createPublicKey(pem), 'invalid key'),
  jwk: (json) =>
    attempt(
      () => createPublicKey({ key: JSON.parse(json) as Record<string, string>, format: 'jwk' }),
      'could not load JWK, likely not a valid key',
    ),
  pair(certificate, key) {
    try {
      const belongs = new X509Certificate(certificate).publicKey.equals(createPublicKey(key));
      return belongs ? undefined : 'certificate does not match key';
    } catch {
      return undefined; // What can't be read is told at its own field.
    }
  },
  authority(certificate) {
    const expired = 'certificate expired, "Not After" time is in the past';
    return Date.parse(new X509Certificate(certificate).validTo) < Date.now() ? expired : undefined;
  },
};
