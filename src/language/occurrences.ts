import type { Path } from '../schema/problem.js';
import { isObject } from '../core/json.js';
import type { Range } from './diagnostic.js';
import { nameFieldOf, namesOf } from './entityReferences.js';
import type { Entity } from './model.js';
import type { OpenDocument } from './openDocument.js';
import { entitiesCalled, sharedConfigs, tagKind, vaultNameIn } from './symbolAt.js';
import { offsetsOf } from './textSearch.js';

/** A place where something that has a name is named. */
export interface Occurrence {
  document: OpenDocument;
  /** Of the value that holds the name; of the entry whose key it is. */
  path: Path;
  range: Range;
  /** What stands there: a name, or an id. */
  name: string;
  isDeclaration: boolean;
}

export interface Wanted {
  kind: string;
  name: string;
}

/** The places that give something its name: those of the entities, or the key of a shared configuration. */
export function declarationsOf(document: OpenDocument, { kind, name }: Wanted): Occurrence[] {
  if (kind === sharedConfigs) return sharedConfig(document, name);
  return entitiesCalled(document, kind, name).map((entity) => declaration(document, entity, name));
}

function declaration(document: OpenDocument, { kind, path, value }: Entity, name: string): Occurrence {
  const field = value['id'] === name ? 'id' : nameFieldOf(document.facts, kind);
  const at = [...path, field];
  return { document, path: at, range: document.rangeOf(at, 'value'), name, isDeclaration: true };
}

function sharedConfig(document: OpenDocument, name: string): Occurrence[] {
  const path = [sharedConfigs, name];
  if (document.kind !== 'deck' || document.valueAt(path) === undefined) return [];
  return [{ document, path, range: document.rangeOf(path, 'key'), name, isDeclaration: true }];
}

/** The places that refer to something by this name or id, but for those that give it. */
export function referencesIn(document: OpenDocument, { kind, name }: Wanted): Occurrence[] {
  if (kind === tagKind) return tagged(document, name);
  const paths = document.entities.referencesTo(kind, name);
  const found = paths.map((path) => at(document, path, name));
  return kind === 'vaults' ? [...found, ...vaultReferences(document, name)] : found;
}

const at = (document: OpenDocument, path: Path, name: string): Occurrence => ({
  document,
  path,
  range: document.rangeOf(path, 'value'),
  name,
  isDeclaration: false,
});

function tagged(document: OpenDocument, tag: string): Occurrence[] {
  const selected: Path[] = [];
  const info = document.topKeys.includes('_info') ? document.valueAt(['_info']) : undefined;
  const select = isObject(info) ? info['select_tags'] : undefined;
  if (Array.isArray(select)) {
    select.forEach((each, index) => each === tag && selected.push(['_info', 'select_tags', index]));
  }
  return [...selected, ...document.entities.tagged(tag)].map((path) => at(document, path, tag));
}

/** Values anywhere may name a vault: they are looked for in the text. */
function vaultReferences(document: OpenDocument, name: string): Occurrence[] {
  const found: Occurrence[] = [];
  for (const offset of offsetsOf(document.text, `{vault://${name}`)) {
    const { path, onKey } = document.pathAt(document.text.position(offset + 1));
    const value = onKey ? undefined : document.valueAt(path);
    if (typeof value !== 'string' || !new RegExp(`^\\{vault://${escaped(name)}[/}]`).test(value)) continue;
    const range = vaultNameIn(document, document.rangeOf(path, 'value'), name);
    if (range) found.push({ document, path, range, name, isDeclaration: false });
  }
  return found;
}

const escaped = (name: string): string => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/**
 * Everything that names what `wanted` does, in one document: by its name and by its id.
 * @param known entities that are meant, where they stand in another document.
 */
export function occurrencesIn(
  document: OpenDocument,
  { kind, name }: Wanted,
  known: readonly Entity[] = [],
): Occurrence[] {
  const entities = [...known, ...entitiesCalled(document, kind, name)];
  const names = new Set([name, ...entities.flatMap((entity) => namesOf(entity, document.facts))]);
  const declared = declarationsOf(document, { kind, name });
  const referring = [...names].flatMap((each) => referencesIn(document, { kind, name: each }));
  return [...declared, ...referring].sort(byPlace);
}

const byPlace = (a: Occurrence, b: Occurrence): number =>
  a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
