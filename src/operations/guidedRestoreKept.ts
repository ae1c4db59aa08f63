import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import type { KeptState, StateKeeper } from '../core/keptState.js';
import type { PartStep } from '../core/partDriver.js';
import type { Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { currentEnvironment } from './currentEnvironment.js';
import type { Environments } from './environments.js';
import type { Targets } from './targets.js';

export interface KeptWorkParts {
  store: SnapshotStore;
  targets: Targets;
  environments: Pick<Environments, 'environments'>;
  keepers: readonly StateKeeper[];
}

/** What restores of parts put aside on the target: the way back from them. */
export interface KeptWork {
  /** @throws KongBackupError `database-*`, `tool-*`, `cancelled`. */
  keptStates(environment: Environment, context: OperationContext): Promise<KeptState[]>;
  /**
   * Puts one back; what is in its place now is kept in its turn.
   * @param name as `keptStates` gives it.
   * @returns what that is called; undefined when it was not confirmed.
   * @throws KongBackupError `confirmation-missing` for what no restore kept, `environment-read-only`, and as `keptStates`.
   */
  undoKept(
    environment: Environment,
    name: string,
    confirm: (step: PartStep) => Promise<boolean>,
    context: OperationContext,
  ): Promise<string | undefined>;
  /** Deletes one for good. @returns false when it was not confirmed. @throws as `undoKept`. */
  letGoKept(
    environment: Environment,
    name: string,
    confirm: (step: PartStep) => Promise<boolean>,
    context: OperationContext,
  ): Promise<boolean>;
}

export function createKeptWork(parts: KeptWorkParts): KeptWork {
  const { targets, keepers } = parts;
  const current = async (environment: Environment): Promise<Environment> =>
    currentEnvironment(environment, (await parts.environments.environments()).environments, { ofPart: true });
  const list: KeptWork['keptStates'] = (environment, context) =>
    targets.run(environment, context, async (target, guarded) => {
      const files = await filesOf(parts.store, environment, guarded);
      const found = await Promise.all(keepers.map((keeper) => keeper.kept(target, { files }, guarded)));
      return found.flat();
    });
  const one = async (environment: Environment, name: string, context: OperationContext) => {
    const all = await list(environment, context);
    const kept = all.find((each) => each.name === name);
    const keeper = keepers.find(({ part }) => part === kept?.part);
    if (kept && keeper) return { kept, keeper };
    throw new KongBackupError('confirmation-missing', {
      place: `${environment.name}: ${name}`,
      reason: 'No restore kept anything of this name.',
      remedy: `What one kept: ${all.map((each) => each.name).join(', ') || 'nothing'}.`,
    });
  };
  return {
    keptStates: list,
    async undoKept(environment, name, confirm, context) {
      const now = await current(environment);
      const { kept, keeper } = await one(now, name, context);
      return targets.run(now, context, (target, guarded) => keeper.undo(target, kept, confirm, guarded));
    },
    async letGoKept(environment, name, confirm, context) {
      const now = await current(environment);
      const { kept, keeper } = await one(now, name, context);
      const step: PartStep = {
        id: 'let-go',
        title: `Delete ${name} for good.`,
        destroys: `What a restore kept (${kept.about}): after that there is no way back to it.`,
      };
      if (!(await confirm(step))) return false;
      await targets.run(now, context, (target, guarded) => keeper.letGo(target, kept, guarded));
      return true;
    },
  };
}

/** So many of the newest snapshots are looked into: what they hold is what may have been restored. */
const mostSnapshots = 5;

/** Paths of files of the target that snapshots of the environment hold. */
async function filesOf(
  store: SnapshotStore,
  { id, name }: Environment,
  { signal }: OperationContext,
): Promise<string[]> {
  const entries = await store.list(undefined, signal);
  const own = entries.flatMap(({ manifest }) =>
    manifest && (manifest.environment.id === id || manifest.environment.name === name) ? [manifest] : [],
  );
  const holding = own.filter(({ parts }) => parts.some(({ kind }) => kind === 'files')).slice(0, mostSnapshots);
  const lists = await Promise.all(holding.map((manifest) => pathsIn(store, manifest, signal)));
  return [...new Set(lists.flat())];
}

const index = 'files/files.json';

async function pathsIn(store: SnapshotStore, { id, parts }: Manifest, signal: AbortSignal): Promise<string[]> {
  if (!parts.some(({ files }) => files.some(({ path }) => path === index))) return [];
  const value = JSON.parse(new TextDecoder().decode(await store.read(id, index, signal))) as Json;
  return [...pathsBelow(value)];
}

/** Whatever the index is like: each entry says where its file was as `path`. */
function* pathsBelow(value: Json): Generator<string> {
  if (Array.isArray(value)) for (const each of value) yield* pathsBelow(each);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'path' && typeof inner === 'string') yield inner;
      else yield* pathsBelow(inner);
    }
  }
}
