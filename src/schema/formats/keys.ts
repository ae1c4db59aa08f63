import { isObject, type Json } from '../../core/json.js';
import { isReference } from '../lua.js';
import { ofString, type Format } from './format.js';

/** What OpenSSL says of a text that is no certificate or key at all. */
const noCertificate =
  'invalid certificate: x509.new: error:680008E:asn1 encoding routines:asn1_d2i_read_bio:not enough data:crypto/asn1/a_d2i_fp.c:283:';
const noKey =
  'invalid key: pkey.new:load_key: error:1E08010C:DECODER routines:OSSL_DECODER_from_bio:unsupported:crypto/encode_decode/decoder_lib.c:103:';

/** Whether a text holds a PEM block of one of these labels, with a body that is base64. */
export function hasPem(text: string, label: RegExp): boolean {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----\r?\n([^-]*)-----END \1-----/g);
  for (const [, found = '', body = ''] of blocks) {
    if (label.test(found) && isBody(body)) return true;
  }
  return false;
}

/** Headers of an encrypted key stand before an empty line. */
const isBody = (body: string): boolean => {
  const base64 = body.replace(/^(?:[A-Za-z-]+: .*\r?\n)+\r?\n/, '').replace(/\s/g, '');
  return base64.length >= 16 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
};

const certificateLabel = /^(?:X509 |TRUSTED )?CERTIFICATE$/;
const privateLabel = /PRIVATE KEY$/;
const publicLabel = /PUBLIC KEY$/;

const encryptedKey =
  'invalid key: pkey.new:load_key: error:1C80009F:Provider routines:epki2pki_decode:unable to get passphrase:providers/implementations/encode_decode/decode_epki2pki.c:96:';

/** Nobody could give the gateway the password. */
const isEncrypted = (pem: string): boolean => /-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem);

const certificateOr = (fault: string) =>
  ofString((value, { crypto }) => (hasPem(value, certificateLabel) ? crypto?.certificate?.(value) : fault));

/** Kong loads whatever key there is: half of a pair passes for the key of a certificate. */
const keyOr = (fault: string) =>
  ofString((value, { crypto }) => {
    const secret = hasPem(value, privateLabel);
    if (!secret && !hasPem(value, publicLabel)) return fault;
    if (isEncrypted(value)) return encryptedKey;
    return secret ? crypto?.privateKey?.(value) : crypto?.publicKey?.(value);
  });

export const certificate = certificateOr(noCertificate);
export const key = keyOr(noKey);

/** Gateways before 3.0 have an older OpenSSL, with other words. */
const noData = 'crypto/asn1/a_d2i_fp.c:283:error:0680008E:asn1 encoding routines::not enough data';
export const certificateBefore3 = certificateOr(`invalid certificate: x509.new: ${noData}`);
export const keyBefore3 = keyOr(`invalid key: pkey.new:load_key: ${noData}`);

/** The key that signs a consumer's tokens. */
export const publicKey = ofString((value, { crypto }) => {
  const fault = 'invalid key';
  if (!hasPem(value, publicLabel) && !hasPem(value, certificateLabel)) return fault;
  return crypto?.publicKey?.(value) === undefined ? undefined : fault;
});

/** A pair of keys as PEM; either may be left to a vault. */
export const pem: Format = (value, { crypto }) => {
  if (!isObject(value)) return undefined;
  const { public_key: open, private_key: secret } = value;
  if (isReference(open) || isReference(secret)) return undefined;
  if (typeof open === 'string' && !(hasPem(open, publicLabel) && !crypto?.publicKey?.(open))) {
    return 'could not load public key';
  }
  if (typeof secret === 'string' && !(hasPem(secret, privateLabel) && !crypto?.privateKey?.(secret))) {
    return 'could not load private key';
  }
  return undefined;
};

/** Members that a key of each type cannot be without; of another type Kong's library loads none. */
const jwkMembers: Readonly<Record<string, readonly string[]>> = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
};

const notLoaded = 'could not load JWK, likely not a valid key';

/** @returns what is wrong with a JSON Web Key, by itself. */
export function jwkFault(json: string, loaded: ((json: string) => string | undefined) | undefined): string | undefined {
  const jwk = parsedJson(json);
  const members = isObject(jwk) && typeof jwk.kty === 'string' ? jwkMembers[jwk.kty] : undefined;
  if (!isObject(jwk) || !members?.every((member) => typeof jwk[member] === 'string')) return notLoaded;
  return loaded?.(json);
}

export function parsedJson(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}
