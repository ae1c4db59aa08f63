import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type {
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartSource,
  PartStep,
} from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { type HeldKeyring, type KeyringOptions, keyringWarning, readKeyring } from './keyringFile.js';
import { KeyringCalls, type KeyringState } from './keyringCalls.js';

interface Prepared {
  calls: KeyringCalls;
  held: HeldKeyring;
  target: KeyringState;
  steps: PartStep[];
  warnings: SnapshotWarning[];
  refused?: { reason: string; remedy: string };
}

/** @throws KongBackupError `gateway-*`, `cancelled`. */
export async function planKeyringRestore(
  options: KeyringOptions,
  target: Target,
  source: PartSource,
  request: PartRestoreOptions,
  context: OperationContext,
): Promise<PartRestorePlan> {
  throwIfCancelled(context.signal, source.manifest.id);
  const held = await readKeyring(source);
  if (typeof held === 'string') return { steps: [], warnings: [], refused: { reason: held, remedy: anotherSnapshot } };
  const prepared = await prepare(options, target, source, held, request, context);
  const { steps, warnings, refused } = prepared;
  const counts = { target: { keys: prepared.target.ids.length }, snapshot: { keys: held.ids.length } };
  return refused ? { steps: [], warnings, refused, counts } : { steps, warnings, counts };
}

const anotherSnapshot = 'Choose another snapshot; nothing was changed.';

async function prepare(
  options: KeyringOptions,
  target: Target,
  { manifest }: PartSource,
  held: HeldKeyring,
  { choices = {} }: PartRestoreOptions,
  context: OperationContext,
): Promise<Prepared> {
  const calls = new KeyringCalls(target, options.requestTimeout, context);
  const state = await calls.state();
  const warnings = [keyringWarning];
  if (!manifest.parts.some(({ kind }) => kind === 'database')) {
    warnings.push({
      code: 'keyring-without-database',
      message: 'The snapshot holds no database dump: make sure that the database is one that these keys encrypted.',
    });
  }
  const recovers = choices['by'] === 'recover';
  const base = { calls, held, target: state ?? { ids: [] }, warnings };
  const refused = refusalOf(target, state, choices['acknowledged'] === true, recovers);
  if (refused) return { ...base, steps: [], refused };
  return { ...base, steps: stepsOf(held, state ?? { ids: [] }, recovers) };
}

function refusalOf(
  { environment }: Target,
  state: KeyringState | undefined,
  acknowledged: boolean,
  recovers: boolean,
): Prepared['refused'] {
  if (!state) {
    return {
      reason: 'The target has no keyring, or it is off.',
      remedy: 'Set keyring_enabled = on, keyring_strategy = cluster and the same key pair in its kong.conf.',
    };
  }
  if (recovers && environment.keyring?.recoveryPrivateKeyFile === undefined) {
    return {
      reason: 'The environment names no private key to recover the keyring with.',
      remedy: 'Name it as keyring.recoveryPrivateKeyFile in the environments file, or import the export instead.',
    };
  }
  if (acknowledged) return undefined;
  return {
    reason: 'The warning about lost keys was not acknowledged.',
    remedy: 'Read it, then choose "acknowledged".',
  };
}

function stepsOf({ ids, active }: HeldKeyring, target: KeyringState, recovers: boolean): PartStep[] {
  const missing = ids.filter((id) => !target.ids.includes(id));
  const undo = `Remove the keys that were not there before (${missing.join(', ')}) with POST /keyring/remove.`;
  const steps: PartStep[] = [];
  if (missing.length > 0 || recovers) {
    steps.push(
      recovers
        ? { id: 'recover', title: 'Recover the keys that the database keeps, with the private key.', undo }
        : { id: 'import', title: `Import the keys ${missing.join(', ')}.`, undo },
    );
  }
  if (active !== undefined && active !== target.active) {
    const back = target.active === undefined ? {} : { undo: `Activate ${target.active} again.` };
    steps.push({ id: 'activate', title: `Encrypt what is written from now on with the key ${active}.`, ...back });
  }
  return [
    ...steps,
    { id: 'read-back', title: 'Look whether the keyring has every key of the snapshot, and writes with the same one.' },
  ];
}

/** @throws KongBackupError `snapshot-damaged`, `confirmation-missing`, `key-*`, `gateway-*`, `cancelled`. */
export async function restoreKeyring(
  options: KeyringOptions,
  target: Target,
  source: PartSource,
  request: PartRestoreOptions & { confirm(step: PartStep): Promise<boolean> },
  context: OperationContext,
): Promise<PartRestoreResult> {
  throwIfCancelled(context.signal, source.manifest.id);
  const held = await readKeyring(source);
  const place = source.manifest.id;
  if (typeof held === 'string') {
    throw new KongBackupError('snapshot-damaged', { place, reason: held, remedy: anotherSnapshot });
  }
  const prepared = await prepare(options, target, source, held, request, context);
  const { refused } = prepared;
  if (refused) throw new KongBackupError('confirmation-missing', { place, ...refused });
  const material = await opened(options, target, held, place);
  const result: PartRestoreResult = { done: [], verified: false, warnings: prepared.warnings };
  for (const [at, step] of prepared.steps.entries()) {
    throwIfCancelled(context.signal, step.title);
    context.report({ step: 'apply', subject: step.title, done: at, total: prepared.steps.length });
    try {
      await run(step.id, prepared, material, target);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      result.failed = { step: step.id, reason: error.reason, remedy: error.remedy };
      return result;
    }
    result.done.push(step.id);
  }
  result.verified = true;
  result.counts = { keys: held.ids.length };
  return result;
}

/** Before anything is changed: a wrong key is found first. */
async function opened(options: KeyringOptions, target: Target, held: HeldKeyring, place: string): Promise<string> {
  if (!held.sealed) return held.data;
  const protection = await options.protection(target);
  if (protection?.decrypt) return protection.decrypt(held.data);
  throw new KongBackupError('key-missing', {
    place,
    reason: 'The keyring was encrypted, and there is no key to open it with.',
    remedy: 'Put the key file back that it was encrypted for.',
  });
}

async function run(step: string, { calls, held }: Prepared, material: string, target: Target): Promise<void> {
  if (step === 'import') return calls.import(material);
  if (step === 'activate') return calls.activate(held.active ?? '');
  if (step === 'recover') {
    const left = await calls.recover(await recoveryKey(target));
    if (left.length === 0) return;
    throw new KongBackupError('restore-incomplete', {
      place: calls.address,
      reason: `Keys could not be recovered: ${left.join(', ')}.`,
      remedy: 'Import the export of the snapshot: restore again without the choice "by".',
    });
  }
  const { ids = [], active } = (await calls.state()) ?? {};
  const missing = held.ids.filter((id) => !ids.includes(id));
  if (missing.length === 0 && (held.active === undefined || active === held.active)) return;
  throw new KongBackupError('restore-incomplete', {
    place: calls.address,
    reason:
      missing.length > 0
        ? `Keys are still missing: ${missing.join(', ')}.`
        : `It writes with the key ${active ?? '(none)'} and not with ${held.active}.`,
    remedy:
      'Look into the error log of the gateway; its key pair may be another one than when the keyring was exported.',
  });
}

async function recoveryKey({ environment, baseFolder = '' }: Target): Promise<string> {
  const file = path.resolve(baseFolder, environment.keyring?.recoveryPrivateKeyFile ?? '');
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KongBackupError('file-unreadable', {
      place: file,
      reason: 'The private key to recover the keyring with can not be read.',
      remedy: 'Correct keyring.recoveryPrivateKeyFile in the environments file.',
      cause,
    });
  });
}
