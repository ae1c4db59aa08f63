import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Availability } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartBackupRequest, PartDriver, PartProbe, TakenPart } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { writeJson } from './adminEntitiesFiles.js';
import { KeyringCalls } from './keyringCalls.js';
import { keyringFile, type KeyringOptions, keyringWarning, readKeyring } from './keyringFile.js';
import { planKeyringRestore, restoreKeyring } from './keyringRestore.js';

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
    probe: async (target, gateway, context) =>
      gateway?.edition === 'community' && target.environment.keyring === undefined
        ? { present: false }
        : probe(options, target, context),
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
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const code = error.code === 'gateway-forbidden' ? error.code : 'tool-failed';
    return unavailable({ code, reason: error.reason, remedy: error.remedy });
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
  const warnings: SnapshotWarning[] = target.environment.keyring?.acknowledged ? [] : [keyringWarning];
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
