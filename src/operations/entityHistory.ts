import type { FieldChange } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import { momentOf } from '../core/snapshotId.js';
import type { SnapshotStore } from '../core/store.js';
import type { Entity } from '../estate/entity.js';
import { fieldChanges } from '../estate/fieldChanges.js';
import { isKnownKind, kindCalled } from '../estate/kinds.js';
import { labelOfEntity } from '../estate/label.js';
import { comparable } from '../estate/normalise.js';
import type { SchemaFacts } from '../schema/facts.js';
import { type Content, snapshotContent } from './compareContent.js';
import { differingEntities } from './compareText.js';
import { unknownKind } from './idleSelectors.js';
import { partsOfWorkspaces } from './snapshotEntities.js';

export interface HistoryRequest {
  workspace: string;
  /** `services`, `keyauth_credentials` …; `service` is taken, too. */
  kind: string;
  /** Its id, its name, or what a plan calls it. */
  name: string;
}

/** One entity as one snapshot holds it. */
export interface EntityVersion {
  /** Its id; of a store that can't be read its name and a colon. */
  snapshot: string;
  /** ISO 8601, UTC. Absent for a store that can't be read. */
  createdAt?: string;
  /**
   * Against the last one before that tells. `first`: there in the oldest that tells. `absent`: not there, as before.
   * `unknown`: the snapshot does not tell, as it does not hold it, is damaged or not whole.
   */
  change: 'first' | 'created' | 'updated' | 'same' | 'deleted' | 'absent' | 'unknown';
  /** For `updated`. */
  fields?: FieldChange[];
  /** As it stands there; absent where it does not. */
  entity?: JsonObject;
  /** For `unknown`: why, in a sentence. */
  reason?: string;
}

export interface EntityHistory extends HistoryRequest {
  id?: string;
  label: string;
  /** Oldest first. */
  versions: EntityVersion[];
}

interface Seen {
  snapshot: string;
  createdAt?: string;
  entity?: JsonObject;
  unknown?: string;
}

/**
 * One entity through snapshots. A file that is the same as the one before, by its hash, is not read; of others only what differs is.
 * @param entries newest first.
 * @throws KongBackupError `selector-unknown` for a kind that there is not, `snapshot-without-part` when none holds such an entity, or several do.
 */
export async function entityHistory(
  store: SnapshotStore,
  entries: readonly CatalogueEntry[],
  { kind, ...rest }: HistoryRequest,
  facts: SchemaFacts,
  context: OperationContext,
): Promise<EntityHistory> {
  const request = { ...rest, kind: kindCalled(kind) };
  if (!isKnownKind(request.kind) && facts.entities[request.kind] === undefined) throw unknownKind(kind);
  // A safety snapshot repeats what the one before it says.
  const told = entries.filter(({ manifest }) => manifest?.guards === undefined);
  const reader = new Reader(store, request, context.signal);
  const seen: Seen[] = [];
  for (const [done, { id, manifest, problem }] of told.entries()) {
    throwIfCancelled(context.signal, id);
    context.report({ step: 'read', subject: id, done, total: told.length });
    const createdAt = manifest?.createdAt ?? momentOf(id);
    const found = manifest ? await reader.read(manifest) : { unknown: problem.reason };
    seen.push({ snapshot: id, ...(createdAt !== undefined && { createdAt }), ...found });
  }
  const { finder } = reader;
  if (finder.id === undefined) throw nowhere(request);
  const versions = versionsOf(seen.reverse(), request.kind, facts);
  return { ...request, id: finder.id, label: finder.label, versions };
}

type Found = Pick<Seen, 'entity' | 'unknown'>;

/** Reads snapshots from the newest to the oldest, each against the one that was read before. */
class Reader {
  readonly finder: Finder;
  private last: { hash: string; content: Content; found: Found } | undefined;

  constructor(
    private readonly store: SnapshotStore,
    private readonly request: HistoryRequest,
    private readonly signal: AbortSignal,
  ) {
    this.finder = new Finder(request);
  }

  async read(manifest: Manifest): Promise<Found> {
    const unknown = unknownIn(manifest, this.request);
    if (unknown !== undefined) return { unknown };
    const { workspace } = this.request;
    const hash = hashOf(manifest, workspace);
    if (this.last && hash !== '' && hash === this.last.hash) return this.last.found;
    const content = await this.contentOf(manifest);
    if (!(content instanceof Map)) return content;
    const own = content.get(workspace);
    if (!own) return { unknown: notHeld(workspace) };
    const found = this.find(own);
    this.last = { hash, content: own, found };
    return found;
  }

  /** What the catalogue takes for whole may turn out to be none when it is read. */
  private async contentOf(manifest: Manifest): Promise<Map<string, Content> | Found> {
    try {
      return await snapshotContent(this.store, manifest, this.request.workspace, this.signal);
    } catch (error) {
      if (!isKongBackupError(error, 'snapshot-damaged') && !isKongBackupError(error, 'snapshot-incomplete'))
        throw error;
      return { unknown: error.reason };
    }
  }

  private find(content: Content): Found {
    const { finder, last } = this;
    const entity = last ? finder.older(last.content, content, last.found.entity) : finder.find(content.entities());
    return entity ? { entity } : {};
  }
}

/** Recognises the entity: once it was met, by its id, so that a rename does not end its history. */
class Finder {
  id: string | undefined;
  label = '';

  constructor(private readonly request: HistoryRequest) {}

  find(entities: readonly Entity[]): JsonObject | undefined {
    const { kind, name } = this.request;
    const own = entities.filter((entity) => entity.kind === kind);
    const byId = own.find(({ fields }) => fields['id'] === (this.id ?? name));
    if (byId) return this.met(byId, entities);
    const named = own.filter((entity) => namesOf(entity, entities).includes(name));
    if (named.length > 1) {
      throw new KongBackupError('snapshot-without-part', {
        place: `${kind} ${name}`,
        reason: `${named.length} of the ${kind} are called so.`,
        remedy: `Name one by its id: ${named.map(({ fields }) => String(fields['id'])).join(', ')}.`,
      });
    }
    return named[0] && this.met(named[0], entities);
  }

  /** In the older of two files, the newer of which is known. */
  older(newer: Content, older: Content, entity: JsonObject | undefined): JsonObject | undefined {
    const differing = differingEntities(older, newer);
    if (!differing) return this.find(older.entities());
    const found = this.find(differing.live);
    if (found || !entity) return found;
    const wasThere = differing.desired.some(({ fields }) => fields['id'] === entity['id']);
    return wasThere ? undefined : entity;
  }

  private met(entity: Entity, all: readonly Entity[]): JsonObject {
    if (this.id === undefined) {
      this.id = String(entity.fields['id']);
      this.label = labelIn(entity, all);
    }
    return entity.fields;
  }
}

const labelIn = (entity: Entity, all: readonly Entity[]): string =>
  labelOfEntity(entity, (id) => {
    const other = all.find(({ fields }) => fields['id'] === id);
    return other && labelOfEntity(other, () => undefined);
  });

const namesOf = (entity: Entity, all: readonly Entity[]): unknown[] => {
  const { name, instance_name: instance, username, custom_id: customId, prefix } = entity.fields;
  return [name, instance, username, customId, prefix, labelIn(entity, all)];
};

function unknownIn({ coverage, parts }: Manifest, { kind, workspace }: HistoryRequest): string | undefined {
  const isHeld = parts.some(
    (part) => part.kind === 'entities' && part.format === 'deck' && part.workspace === workspace,
  );
  const gap = coverage.notHeld.find(
    (each) =>
      each.part === 'entities' &&
      (each.workspace ?? workspace) === workspace &&
      (each.kind === kind || (each.absent === true && each.workspace === workspace)),
  );
  return gap?.reason ?? (isHeld ? undefined : notHeld(workspace));
}

const notHeld = (workspace: string): string => `The snapshot does not hold workspace ${workspace}.`;

const hashOf = (manifest: Manifest, workspace: string): string =>
  partsOfWorkspaces(manifest, [workspace])[0]?.file.sha256 ?? '';

function versionsOf(seen: readonly Seen[], kind: string, facts: SchemaFacts): EntityVersion[] {
  let before: Seen | undefined;
  return seen.map((now) => {
    const { unknown, ...version } = now;
    const { entity } = version;
    if (unknown !== undefined) return { ...version, change: 'unknown', reason: unknown };
    const was = before;
    before = now;
    if (!entity) return { ...version, change: was?.entity ? 'deleted' : 'absent' };
    if (!was?.entity) return { ...version, change: was ? 'created' : 'first' };
    const fields = fieldChanges(comparable(facts, kind, was.entity), comparable(facts, kind, entity));
    return fields.length === 0 ? { ...version, change: 'same' } : { ...version, change: 'updated', fields };
  });
}

const nowhere = ({ kind, name, workspace }: HistoryRequest): KongBackupError =>
  new KongBackupError('snapshot-without-part', {
    place: `${kind} ${name}`,
    reason: `No snapshot that can be read holds it in workspace ${workspace}.`,
    remedy: 'Name it by its kind (services, routes, consumers …) and its name or id.',
  });
