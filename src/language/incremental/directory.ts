import type { CheckInput } from '../checks/check.js';
import { hasAllTags, selectTagsOf } from '../checks/selectTags.js';
import { claimsOf, Identities } from '../checks/uniqueness.js';
import { EntityIndex } from '../entityIndex.js';
import { namesOf, referencesOf } from '../entityReferences.js';
import type { Entity } from '../model.js';
import { Holders } from './holders.js';
import type { Part } from './part.js';

/** What the entities of a part are called, claim, refer to and are tagged with: pairs, one behind the other. */
export interface Entries {
  /** Kind and name, ids among them, in the order of the entities. */
  names: readonly string[];
  /** Slot and value: see `claimsOf`. */
  claims: readonly string[];
  /** Kind and name. */
  references: readonly string[];
  tags: readonly string[];
  /** The first name of each entity that has one, by kind. */
  labels: readonly string[];
  /** Kinds of entities that can have the file's select tags, and whether they do. */
  selected: readonly string[];
}

/** Who in a file has a name, a claim, a reference: kept up by difference as parts come and go. */
export class Directory {
  readonly names = new Holders();
  readonly claims = new Holders();
  readonly references = new Holders();
  readonly tags = new Map<string, Map<Part, number>>();
  /** By kind, how many have the file's select tags and how many have not. */
  readonly selected = new Map<string, { yes: number; no: number }>();

  add(part: Part, entries: Entries): void {
    part.entries = entries;
    this.names.put(entries.names, part);
    this.claims.put(entries.claims, part);
    this.references.put(entries.references, part);
    this.count(entries.selected, 1);
    for (const tag of entries.tags) {
      let holders = this.tags.get(tag);
      if (!holders) this.tags.set(tag, (holders = new Map()));
      holders.set(part, (holders.get(part) ?? 0) + 1);
    }
  }

  remove(part: Part): void {
    const { entries } = part;
    if (!entries) return;
    part.entries = undefined;
    this.names.take(entries.names, part);
    this.claims.take(entries.claims, part);
    this.references.take(entries.references, part);
    this.count(entries.selected, -1);
    for (const tag of entries.tags) {
      const holders = this.tags.get(tag);
      const left = (holders?.get(part) ?? 1) - 1;
      if (left > 0) holders?.set(part, left);
      else holders?.delete(part);
      if (holders?.size === 0) this.tags.delete(tag);
    }
  }

  private count(selected: readonly string[], by: number): void {
    for (let at = 0; at < selected.length; at += 2) {
      const kind = selected[at] as string;
      let counts = this.selected.get(kind);
      if (!counts) this.selected.set(kind, (counts = { yes: 0, no: 0 }));
      counts[selected[at + 1] === 'yes' ? 'yes' : 'no'] += by;
    }
  }
}

/** The slot of a claim: a field of a kind, or its id. */
export const slotOf = (kind: string, field: string | undefined): string => `${kind}\0${field ?? ''}`;

export function entriesOf(input: CheckInput): Entries {
  const entries = { names: [], claims: [], references: [], tags: [], labels: [], selected: [] } as {
    [Name in keyof Entries]: string[];
  };
  const identities = new Identities(input);
  const tags = selectTagsOf(input);
  for (const entity of input.model.entities) {
    note(entity, input, identities, entries);
    if (tags && input.facts.entities[entity.kind]?.fields['tags']) {
      entries.selected.push(entity.kind, hasAllTags(entity, tags) ? 'yes' : 'no');
    }
  }
  return entries;
}

function note(
  entity: Entity,
  input: CheckInput,
  identities: Identities,
  entries: { [Name in keyof Entries]: string[] },
): void {
  const { kind, value } = entity;
  const names = namesOf(entity, input.facts);
  if (names[0] !== undefined) entries.labels.push(kind, names[0]);
  const { id } = value;
  // As the index of a whole file has them: the id first.
  const ordered = typeof id === 'string' && names.includes(id) ? [id, ...names.filter((name) => name !== id)] : names;
  for (const name of ordered) entries.names.push(kind, name);
  for (const { field, value: claimed } of claimsOf(entity, input, identities)) {
    entries.claims.push(slotOf(kind, field), claimed);
  }
  for (const { kind: to, name } of referencesOf(entity, input.facts)) entries.references.push(to, name);
  if (Array.isArray(value['tags'])) {
    for (const tag of value['tags']) if (typeof tag === 'string') entries.tags.push(tag);
  }
}

/** An index of entities, of which only those are read that somebody asks for. */
export class DirectoryIndex {
  private readonly own: EntityIndex;

  constructor(
    private readonly directory: Directory,
    private readonly facts: CheckInput['facts'],
    private readonly entitiesOf: (parts: readonly Part[]) => Entity[],
    private readonly inOrder: (parts: Iterable<Part>) => Part[],
  ) {
    this.own = new EntityIndex([], facts);
  }

  references(kind: string): readonly [field: string, kind: string][] {
    return this.own.references(kind);
  }

  find(kind: string, name: string): Entity | undefined {
    const parts = this.directory.names.of(kind, name);
    if (parts.length === 0) return undefined;
    return new EntityIndex(this.entitiesOf(this.inOrder(new Set(parts))), this.facts).find(kind, name);
  }

  names(kind: string): string[] {
    const names = new Set<string>();
    for (const part of this.holdersOf(kind)) {
      const pairs = part.entries?.names ?? [];
      for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === kind) names.add(pairs[at + 1] as string);
    }
    return [...names];
  }

  private holdersOf(kind: string): Part[] {
    return this.inOrder(this.directory.names.in(kind));
  }
}
