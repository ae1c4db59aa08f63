import type { OperationContext } from '../core/context.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartDriver } from '../core/partDriver.js';
import type { SnapshotRecord } from '../core/record.js';
import type { SnapshotStore } from '../core/store.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import type { SchemaSource } from '../schema/facts.js';
import { verifyParts } from './verifyParts.js';

/** What verification works with. */
export interface VerifyParts {
  store: SnapshotStore;
  upkeep: Pick<StoreUpkeep, 'now' | 'owner'>;
  shipped: SchemaSource;
  partDrivers: readonly PartDriver[];
}

/**
 * `quick`: every object is there, of its size and with its checksum; needs no key. `deep`: the files are opened and decrypted
 * too, their own checksums compared, what can be parsed is parsed and counted, and dumps are looked into.
 */
export type Depth = 'quick' | 'deep';

export interface Verification {
  id: string;
  depth: Depth;
  result: 'whole' | 'damaged';
  /** Why it is damaged, each a sentence. */
  problems: string[];
  /** What a gateway of the snapshot's version would say of the entities. It damages nothing. */
  remarks: string[];
  /** Whether the store keeps the result beside the snapshot. */
  recorded: boolean;
}

/** What says something of the snapshot, and not of the way to it. */
const damage = ['snapshot-damaged', 'snapshot-incomplete', 'file-invalid', 'dump-damaged'] as const;

/**
 * Looks whether a snapshot is what it was, and keeps the result beside it.
 * @throws KongBackupError where nobody could look: `snapshot-missing`, `snapshot-newer-format`, `key-*`, `store-*`, `cancelled`.
 */
export async function verifySnapshot(
  parts: VerifyParts,
  id: string,
  { depth, record = true }: { depth: Depth; record?: boolean },
  context: OperationContext,
): Promise<Verification> {
  throwIfCancelled(context.signal, id);
  context.report({ step: 'checksum', subject: id });
  const verification: Verification = { id, depth, result: 'whole', problems: [], remarks: [], recorded: false };
  try {
    await parts.store.check(id, context.signal);
    if (depth === 'deep') {
      const found = await verifyParts(parts, await parts.store.manifest(id, context.signal), context);
      verification.problems.push(...found.problems);
      verification.remarks.push(...found.remarks);
    }
  } catch (error) {
    if (!damage.some((code) => isKongBackupError(error, code))) throw error;
    verification.problems.push(isKongBackupError(error) ? `${error.place}: ${error.reason}` : '');
  }
  if (verification.problems.length > 0) verification.result = 'damaged';
  if (record) verification.recorded = await keep(parts, verification, context);
  return verification;
}

/** A store that takes no records takes nothing away from the result. */
async function keep(
  { store, upkeep }: VerifyParts,
  { id, depth, result, problems }: Verification,
  { signal, log }: OperationContext,
): Promise<boolean> {
  try {
    const at = (await upkeep.now(signal)).toISOString();
    const record: SnapshotRecord = { kind: 'verified', at, by: upkeep.owner, depth, result, problems };
    await store.record(id, record, signal);
    return true;
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    log.warn(`${id}: the result could not be kept. ${error.reason}`);
    return false;
  }
}
