import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Availability } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import type { PartBackupRequest, PartDriver, PartProbe, PartSource, TakenPart } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { writeJson } from './adminEntitiesFiles.js';
import { KeyringCalls } from './keyringCalls.js';
import { planKeyringRestore, restoreKeyring } from './keyringRestore.js';

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
  code: 'keyring-keep-safe',
  message:
    'Keep the keyring, its private keys and the keys of this store in a safe place, apart from each other: when the encryption key is lost, nobody reads the encrypted fields of the database again, and there is no other way to recover them.',
};

/**
 * The keys that encrypt fields in the gateway's database, by the strategy `cluster`: exported as Kong encrypts them for the key
 * pair of kong.conf, and never kept where nothing encrypts them once more.
 *
 * Choices of a restore: `acknowledged` (true: the warning was read), `by` (`recover`: with the private key that the environment
 * names as keyring.recoveryPrivateKeyFile, from what the database keeps; else the export of the snapshot is imported).
 */
export function createKeyringDriver(options: KeyringOptions): PartDriver {
  return {
    id: 'keyring',
    part: 'keyring',
    probe: (target, _gateway, context) => probe(options, target, context),
    backup: (target, request, context) => backup(options, target, request, context),
    async verify(source, context) {
      throwIfCancelled(context.signal, source.manifest.id);
      const held = await readKeyring(source);
      return typeof held === 'string' ? [held] : [];
    },
    planRestore: (target, source, request, context) => planKeyringRestore(options, target, source, request, context),
    restore: (target, source, request, context) => restoreKeyring(options, target, source, request, context),
  };
}

type Unavailable = Extract<Availability, { available: false }>;

const unprotected: Omit<Unavailable, 'available'> = {
  code: 'key-missing',
  reason: 'Nothing encrypts the snapshots of this environment, and keyring material is never kept in clear.',
  remedy:
    'Name a store with "encryption" (age recipients or a passphrase) as "store" of the environment in the environments file.',
};

async function probe(options: KeyringOptions, target: Target, context: OperationContext): Promise<PartProbe> {
  const unavailable = (answer: Omit<Unavailable, 'available'>): PartProbe => ({
    present: true,
    availability: { available: false, ...answer },
  });
  const calls = new KeyringCalls(target, options.requestTimeout, context);
  try {
    const state = await calls.state();
    if (!state) {
      if (target.environment.keyring === undefined) return { present: false };
      return unavailable({
        code: 'environment-invalid',
        reason: 'The gateway has no keyring, or it is off.',
        remedy: 'Set keyring_enabled = on in its kong.conf, or take "keyring" out of the environments file.',
      });
    }
    const strategy = await calls.strategy();
    if (strategy !== undefined && strategy !== 'cluster') {
      return unavailable({
        code: 'environment-invalid',
        reason: `The keyring has the strategy ${strategy}: only that of a cluster can be exported.`,
        remedy: 'Back up the place that holds the keys, such as Vault, by its own means.',
      });
    }
    if (!(await options.protection(target))) return unavailable(unprotected);
    const counts = { keys: state.ids.length };
    return { present: true, availability: { available: true, version: 'Admin API' }, counts };
  } catch (error) {
    if (!isKongBackupError(error, 'gateway-forbidden')) throw error;
    return unavailable({ code: 'gateway-forbidden', reason: error.reason, remedy: error.remedy });
  }
}

async function backup(
  options: KeyringOptions,
  target: Target,
  { directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  throwIfCancelled(context.signal, 'keyring');
  const place = target.environment.name;
  const protection = await options.protection(target);
  if (!protection) {
    const { code, reason, remedy } = unprotected;
    throw new KongBackupError(code, { place, reason, remedy });
  }
  context.report({ step: 'read', subject: 'keyring' });
  const calls = new KeyringCalls(target, options.requestTimeout, context);
  const state = await calls.state();
  if (!state || state.ids.length === 0) {
    throw new KongBackupError('gateway-rejected', {
      place,
      reason: 'The gateway has no keyring, or no key in it.',
      remedy: 'After a restart, import or recover the keyring first; then back up.',
    });
  }
  const material = await calls.export();
  const data = protection.encrypt ? await protection.encrypt(material) : material;
  await writeJson(path.join(directory, keyringFile), { ...state, data, sealed: protection.encrypt !== undefined });
  const warnings: SnapshotWarning[] = [keyringWarning];
  const withDatabase = takesDatabase(target);
  if (!withDatabase) warnings.push(alone);
  return {
    format: 'json',
    counts: { keys: state.ids.length },
    driverVersion: '1',
    gaps: [],
    warnings,
    details: {
      ids: state.ids,
      ...(state.active !== undefined && { active: state.active }),
      protectedBy: protection.by,
      // The dump and the keys that open it stand in one snapshot.
      pairedWith: withDatabase ? 'database' : null,
    },
  };
}

function takesDatabase({ environment: { database, parts } }: Target): boolean {
  return database !== undefined && (parts?.includes('database') ?? true);
}

const alone: SnapshotWarning = {
  code: 'keyring-without-database',
  message:
    'The snapshot is meant to hold no database dump: name "database" in the environments file, so that each dump has its keys beside it.',
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
