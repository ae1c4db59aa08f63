import { createHash } from 'node:crypto';
import { Decrypter, Encrypter } from 'age-encryption';
import { KongBackupError, throwIfCancelled } from '../../core/errors.js';
import type { ObjectStorage } from '../objectStorage.js';
import type { Identity } from './encoding.js';
import { generateKey, parseIdentities } from './keys.js';

type KeyStorage = Pick<ObjectStorage, 'location' | 'list' | 'read' | 'create'>;

const keyName = /^keys\/([0-9a-f]{16})\.age$/;
/** A key file is some hundred bytes. */
const mostKeyBytes = 64 * 1024;

/**
 * The key of a store with a passphrase: `keys/<fingerprint>.age` is a key file encrypted by the passphrase, and
 * `keys/<fingerprint>.pub` its recipient. All objects are encrypted to the recipient, for a passphrase takes a second to try:
 * ask once and keep the answer.
 * @param create whether to make a key when the store has none: yes for a backup, no for everything that reads.
 * @returns the keys that the passphrase opens; the first is the one to encrypt to.
 * @throws KongBackupError `key-missing` when there is none and none is made, `key-wrong` when the passphrase opens none, and what
 *   the storage throws.
 */
export async function unlockStore(
  storage: KeyStorage,
  passphrase: string,
  create: boolean,
  signal: AbortSignal,
): Promise<Identity[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('keys/', signal)) if (keyName.test(key)) keys.push(key);
  if (keys.length === 0) return [await firstKey(storage, passphrase, create, signal)];
  const opened: Identity[] = [];
  for (const key of keys.sort()) {
    throwIfCancelled(signal, storage.location);
    const text = await openKey(passphrase, await readKey(storage, key, signal));
    if (text !== undefined) opened.push(...(await parseIdentities(text, key)));
  }
  if (opened.length > 0) return opened;
  throw new KongBackupError('key-wrong', {
    place: storage.location,
    reason: `The passphrase opens none of the store's keys (${keys.map((key) => key.slice(5, 21)).join(', ')}).`,
    remedy: 'Use the passphrase that the store was set up with.',
  });
}

async function firstKey(
  storage: KeyStorage,
  passphrase: string,
  create: boolean,
  signal: AbortSignal,
): Promise<Identity> {
  if (!create) {
    throw new KongBackupError('key-missing', {
      place: storage.location,
      reason: 'The store has no key that a passphrase could open.',
      remedy: 'Put the folder "keys" of the store back, or use the key file that the snapshots were made for.',
    });
  }
  const { text, ...identity } = await generateKey(new Date());
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  await put(`keys/${identity.fingerprint}.age`, await encrypter.encrypt(text));
  await put(`keys/${identity.fingerprint}.pub`, Buffer.from(`${identity.recipient}\n`));
  return identity;

  async function put(key: string, content: Uint8Array): Promise<void> {
    await storage.create(key, content, createHash('sha256').update(content).digest('hex'), signal);
  }
}

/** Undefined when it is another passphrase's, or damaged. */
async function openKey(passphrase: string, content: Uint8Array): Promise<string | undefined> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return decrypter.decrypt(content, 'text').catch(() => undefined);
}

async function readKey(storage: KeyStorage, key: string, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (await storage.read(key, signal)).content) {
    bytes += piece.length;
    if (bytes <= mostKeyBytes) pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
