import type { PlannedPart } from '../core/backupPlan.js';
import type { OperationContext } from '../core/context.js';
import type { GatewayProbe } from '../core/driver.js';
import { defaultWorkspace, type GatewayInfo, type Target } from '../core/environment.js';
import { isKongBackupError, type KongBackupError } from '../core/errors.js';
import type { PartFailure, SnapshotWarning } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { assumedGatewayVersion } from '../schema/facts.js';
import { probeGateway } from './probeTarget.js';

/** What a gateway says of itself, or what is known of one that does not answer. */
export interface FoundGateway {
  gateway: GatewayInfo;
  /** Why it was not asked: only what needs no Admin API can be taken. */
  away?: KongBackupError;
}

const awayCodes: readonly string[] = ['gateway-unreachable', 'gateway-timeout'];

/**
 * Asks a gateway who it is. Of one that does not answer, the environment and its newest snapshot tell: its database and its files
 * are there without it.
 * @throws KongBackupError `gateway-*` where it answers and something else stands in the way, `store-*`, `cancelled`.
 */
export async function findGateway(
  { probe, store }: { probe: GatewayProbe; store: SnapshotStore },
  target: Target,
  context: OperationContext,
): Promise<FoundGateway> {
  try {
    return { gateway: await probeGateway(probe, target, context) };
  } catch (error) {
    if (!isKongBackupError(error) || !awayCodes.includes(error.code)) throw error;
    return { gateway: await lastKnown(store, target, context), away: error };
  }
}

async function lastKnown(
  store: SnapshotStore,
  { environment }: Target,
  { signal }: OperationContext,
): Promise<GatewayInfo> {
  const { id, name, mode, gatewayVersion, workspaces } = environment;
  const newest = (await store.list(name, signal)).find(({ manifest }) => manifest?.environment.id === id)?.manifest;
  return {
    version: gatewayVersion ?? newest?.gateway.version ?? assumedGatewayVersion,
    edition: newest?.gateway.edition === 'enterprise' ? 'enterprise' : 'community',
    mode,
    hostname: newest?.gateway.hostname ?? '',
    database: newest?.gateway.database ?? (mode === 'dbless' ? 'off' : 'unknown'),
    plugins: [],
    workspaces: workspaces ?? newest?.workspaces ?? [defaultWorkspace],
    workspacesKnown: false,
    hasWorkspaces: newest?.gateway.edition === 'enterprise',
  };
}

/** The entities are what can't be taken. @throws what the gateway was away with, where nothing else can be taken instead. */
export function withoutEntities(parts: readonly PlannedPart[], away: KongBackupError): PlannedPart[] {
  const chosen = parts.filter(({ selected }) => selected);
  const isWanted = chosen.length === 0 || chosen.some(({ part }) => part === 'entities');
  const others = chosen.some(({ part, availability }) => part !== 'entities' && availability.available);
  // Where the entities are not asked for, what stands in the way of the others is what there is to say.
  if (isWanted && !others) throw away;
  const { reason, remedy } = away;
  return parts.map((each) =>
    each.part === 'entities'
      ? { ...each, availability: { available: false, code: 'gateway-unreachable', reason, remedy } }
      : each,
  );
}

export const entitiesAway = ({ code, reason, remedy }: KongBackupError): PartFailure => ({
  part: 'entities',
  code,
  reason,
  remedy,
});

export const notAsked = ({ version }: GatewayInfo, { reason }: KongBackupError): SnapshotWarning => ({
  code: 'gateway-not-asked',
  message: `The gateway did not answer: ${reason} That it is Kong ${version} says the environments file, or the snapshot before, or is assumed.`,
});
