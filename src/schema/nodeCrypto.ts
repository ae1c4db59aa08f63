import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { CryptoChecks } from './formats/format.js';

const attempt = (try_: () => unknown, fault: string): string | undefined => {
  try {
    try_();
    return undefined;
  } catch {
    return fault;
  }
};

/** Keeps what was made of the last text: a certificate and its key are asked for by themselves, and then as a pair. */
function rememberingLast<T>(make: (pem: string) => T): (pem: string) => T {
  let last: { pem: string; made: T } | undefined;
  return (pem) => {
    if (last?.pem !== pem) last = { pem, made: make(pem) };
    return last.made;
  };
}

const certificateOf = rememberingLast((pem) => new X509Certificate(pem));
const privateKeyOf = rememberingLast((pem) => {
  if (!startsAsKey(pem)) throw new Error('no sequence');
  return createPrivateKey(pem);
});

/** Whether a key's first byte opens a sequence, as that of every key does: OpenSSL tries long what else it could be. */
function startsAsKey(pem: string): boolean {
  const start = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\s+([A-Za-z0-9+/]{4})/.exec(pem)?.[1];
  return start === undefined || Buffer.from(start, 'base64')[0] === 0x30;
}

/** The public half of a key, which may be all there is of it. */
function publicHalf(pem: string): KeyObject {
  return pem.includes('PRIVATE KEY') ? createPublicKey(privateKeyOf(pem)) : createPublicKey(pem);
}

/** Node's cryptography, lent to the schema engine for what form alone can't tell. */
export const nodeCrypto: CryptoChecks = {
  certificate: (pem) => attempt(() => certificateOf(pem), 'invalid certificate: x509.new: bad certificate'),
  privateKey: (pem) => attempt(() => privateKeyOf(pem), 'invalid key: pkey.new:load_key: bad key'),
  publicKey: (pem) => attempt(() => createPublicKey(pem), 'invalid key'),
  jwk: (json) =>
    attempt(
      () => createPublicKey({ key: JSON.parse(json) as Record<string, string>, format: 'jwk' }),
      'could not load JWK, likely not a valid key',
    ),
  pair(certificate, key) {
    try {
      const belongs = certificateOf(certificate).publicKey.equals(publicHalf(key));
      return belongs ? undefined : 'certificate does not match key';
    } catch {
      return undefined; // What can't be read is told at its own field.
    }
  },
  differentTypes(certificate, other) {
    try {
      const [one, two] = [certificate, other].map((pem) => new X509Certificate(pem).publicKey.asymmetricKeyType);
      if (one !== two) return undefined;
      return 'certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type';
    } catch {
      return undefined; // What can't be read is told at its own field.
    }
  },
  authority(certificate) {
    const expired = 'certificate expired, "Not After" time is in the past';
    return Date.parse(certificateOf(certificate).validTo) < Date.now() ? expired : undefined;
  },
};
