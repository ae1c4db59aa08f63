import type { SnapshotStore } from '../core/store.js';
import type { Entity } from '../estate/entity.js';
import { labelOfEntity } from '../estate/label.js';
import { knownId } from './journalLines.js';
import { readSnapshotEntities } from './snapshotEntities.js';

/** What entities are called, by kind and id; undefined for what none of the snapshots holds. */
export type EntityNames = (kind: string, id: string) => string | undefined;

/**
 * By snapshots that hold them. One that is gone, damaged or can't be opened names nothing: names are a comfort, and no more.
 * @param snapshots their ids.
 */
export async function entityNames(store: SnapshotStore, snapshots: readonly string[]): Promise<EntityNames> {
  const entities: Entity[] = [];
  for (const id of snapshots) {
    try {
      const held = await readSnapshotEntities(store, await store.manifest(id));
      for (const { file } of held) for (const entity of file.entities) entities.push(entity);
    } catch {
      continue;
    }
  }
  const byId = new Map(entities.map((entity) => [String(entity.fields['id']), entity]));
  const plain = (id: string): string | undefined => {
    const entity = byId.get(id);
    return entity && labelOfEntity(entity, () => undefined);
  };
  const names = new Map<string, string>();
  for (const entity of entities) {
    const { kind, fields } = entity;
    names.set(`${kind} ${knownId({ kind, id: String(fields['id']), after: fields })}`, labelOfEntity(entity, plain));
  }
  return (kind, id) => {
    const name = names.get(`${kind} ${id}`);
    return name === id ? undefined : name;
  };
}
