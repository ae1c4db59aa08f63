import { isObject } from '../core/json.js';
import type { Json } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { nameFieldOf } from './entityReferences.js';
import type { Entity } from './model.js';

/** Finds entities by what references call them: their id, or the field that stands in for it (`name`, `username` …). */
export class EntityIndex {
  private readonly byKind = new Map<string, Map<string, Entity>>();
  private readonly referencesOf = new Map<string, [field: string, kind: string][]>();

  constructor(
    private readonly entities: readonly Entity[],
    private readonly facts: SchemaFacts,
  ) {}

  find(kind: string, name: string): Entity | undefined {
    return this.kind(kind).get(name);
  }

  names(kind: string): string[] {
    return [...this.kind(kind).keys()];
  }

  /** The fields of a kind that refer to others, with the kind they refer to. */
  references(kind: string): readonly [field: string, kind: string][] {
    let references = this.referencesOf.get(kind);
    if (!references) {
      const foreign = Object.entries(this.facts.entities[kind]?.foreign ?? {});
      references = foreign.map(([field, { reference }]) => [field, reference]);
      this.referencesOf.set(kind, references);
    }
    return references;
  }

  /** Few kinds are ever referred to from elsewhere than inside: the names of each are gathered when one is asked for. */
  private kind(kind: string): Map<string, Entity> {
    let names = this.byKind.get(kind);
    if (!names) this.byKind.set(kind, (names = this.gathered(kind)));
    return names;
  }

  private gathered(kind: string): Map<string, Entity> {
    const names = new Map<string, Entity>();
    const key = nameFieldOf(this.facts, kind);
    for (const entity of this.entities) {
      if (entity.kind !== kind) continue;
      const { id, [key]: name } = entity.value;
      if (typeof id === 'string' && id !== '') names.set(id, entity);
      if (name !== id && typeof name === 'string' && name !== '') names.set(name, entity);
    }
    return names;
  }
}

/** The name or id in a reference, however it is written: `s1`, `{ id: … }`, `{ name: s1 }`. */
export function referredName(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return undefined;
  const name = value['id'] ?? value['name'];
  return typeof name === 'string' ? name : undefined;
}
