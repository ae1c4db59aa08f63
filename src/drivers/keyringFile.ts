import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Target } from '../core/environment.js';
import { isObject, type Json } from '../core/json.js';
import { keyringNotice } from '../core/keyringNotice.js';
import type { PartSource } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';

/** How keyring material is kept from whoever gets hold of a snapshot. */
export interface KeyringProtection {
  /** What it is, for the record: `the store`, `age`. Never a key. */
  by: string;
  /** Absent where the store encrypts all that it keeps. */
  encrypt?(text: string): Promise<string>;
  /** @throws KongBackupError `key-missing`, `key-wrong`. */
  decrypt?(text: string): Promise<string>;
}

export interface KeyringOptions {
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** Undefined where nothing protects the snapshots of an environment: then no keyring is taken. */
  protection(target: Target): Promise<KeyringProtection | undefined>;
}

export const keyringFile = 'keyring.json';

/** What the file holds. */
export interface HeldKeyring {
  ids: string[];
  active?: string;
  /** What Kong exported, encrypted once more where `sealed` is true. */
  data: string;
  sealed: boolean;
}

/** What Kong's documents warn of, before a backup and before a restore. */
export const keyringWarning: SnapshotWarning = {
  code: keyringNotice,
  message:
    'Keep the keyring, its private keys and the keys of this store in a safe place, apart from each other: when the encryption key is lost, nobody reads the encrypted fields of the database again, and there is no other way to recover them.',
};

/** @returns what is wrong, in a sentence, instead of what is held. */
export async function readKeyring({ directory, record }: PartSource): Promise<HeldKeyring | string> {
  const text = await readFile(path.join(directory, keyringFile), 'utf8').catch(() => undefined);
  if (text === undefined) return `The file ${keyringFile} is missing or can't be read.`;
  let content: Json;
  try {
    content = JSON.parse(text) as Json;
  } catch {
    return `The file ${keyringFile} is not JSON; it may have been cut.`;
  }
  const { ids, active, data, sealed } = isObject(content) ? content : {};
  if (!Array.isArray(ids) || typeof data !== 'string' || data === '') {
    return `The file ${keyringFile} holds no exported keyring.`;
  }
  if (ids.length !== record.counts['keys']) {
    return `The file ${keyringFile} names ${ids.length} keys; the manifest says ${record.counts['keys'] ?? 0}.`;
  }
  return { ids: ids.map(String), ...(typeof active === 'string' && { active }), data, sealed: sealed === true };
}
