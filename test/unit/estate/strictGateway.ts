import type { Change } from '../../../src/core/change.js';
import type { JsonObject } from '../../../src/core/json.js';
import type { Entity } from '../../../src/estate/entity.js';
import { entityKind } from '../../../src/estate/kinds.js';
import { keyText, referencedId } from '../../../src/estate/naturalKey.js';
import { withDefaults } from '../../../src/schema/defaults.js';
import { facts } from './shippedFacts.js';

/** A gateway in memory that refuses what Kong refuses: a value taken, a reference to nothing, a parent with children. */
export class StrictGateway {
  private readonly byId = new Map<string, Entity>();

  constructor(entities: readonly Entity[]) {
    for (const { kind, fields } of entities) this.put(kind, fields);
  }

  /** As the Admin API answers: with defaults, nulls and times. */
  entities(): Entity[] {
    return [...this.byId.values()];
  }

  /** @throws Error for a change that can't be made now. */
  apply({ action, kind, id, after }: Change): void {
    if (action === 'delete') {
      if (!this.byId.has(id)) throw new Error(`delete of ${kind} ${id}: not there`);
      for (const other of this.byId.values()) {
        if (referencesOf(other).includes(id)) throw new Error(`delete of ${kind} ${id}: ${other.kind} refers to it`);
      }
      this.byId.delete(id);
      return;
    }
    if (this.byId.has(id) !== (action === 'update')) throw new Error(`${action} of ${kind} ${id}: there or not there`);
    this.put(kind, after ?? {});
  }

  private put(kind: string, fields: JsonObject): void {
    const entity = { kind, fields };
    const id = String(fields['id']);
    for (const other of referencesOf(entity)) if (!this.byId.has(other)) throw new Error(`${kind} ${id}: no ${other}`);
    const { keys, repeatable } = entityKind(kind);
    for (const other of repeatable === true ? [] : this.byId.values()) {
      if (other.kind !== kind || other.fields['id'] === id) continue;
      for (const key of keys) {
        const text = keyText(fields, key);
        if (text !== undefined && text === keyText(other.fields, key))
          throw new Error(`${kind} ${id}: ${text} is taken`);
      }
    }
    const stored = withDefaults(facts, kind, fields, { nulls: true });
    this.byId.set(id, { kind, fields: { ...stored, id, created_at: 1, updated_at: this.byId.size } });
  }
}

const referencesOf = ({ kind, fields }: Entity): string[] =>
  Object.keys(entityKind(kind).foreign).flatMap((field) => referencedId(fields[field]) ?? []);
