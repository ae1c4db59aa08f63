import { isObject } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import type { Position, Range } from './diagnostic.js';
import { isLoose, nameFieldOf, referencesOf } from './entityReferences.js';
import type { Entity } from './model.js';
import type { OpenDocument } from './openDocument.js';
import { valueAtPath } from './values.js';

/** The kind of a tag, which is an entity to nobody but has a name and places where it stands. */
export const tagKind = 'tags';

/** What the cursor is on: the name of an entity, a reference to one, or a tag. */
export interface NamedSymbol {
  /** `services` …, or `tagKind`. */
  kind: string;
  /** As it is written. A reference may call an entity by its id. */
  name: string;
  /** Of the value that holds the name. */
  path: Path;
  range: Range;
  /** True where the entity itself has the name, false where something refers to it. */
  isDeclaration: boolean;
  /** True for what names an entity only if there is one of that name: a host, a vault of Kong's own. */
  isLoose: boolean;
}

export function symbolAt(document: OpenDocument, position: Position): NamedSymbol | undefined {
  const { path, onKey } = document.pathAt(position);
  if (onKey) return sharedConfigKey(document, path);
  const name = document.valueAt(path);
  if (typeof name !== 'string' || name === '' || path.length < 3) return undefined;
  const here = { name, path, range: document.rangeOf(path, 'value'), isDeclaration: false, isLoose: false };
  if (path[0] === '_info') return path[1] === 'select_tags' ? { ...here, kind: tagKind } : undefined;
  return vaultOf(document, path, name) ?? ofEntity(document, here) ?? ofOtherKind(here);
}

type Here = Omit<NamedSymbol, 'kind'>;

function ofEntity(document: OpenDocument, here: Here): NamedSymbol | undefined {
  const entity = document.entities.at(here.path);
  if (!entity) return undefined;
  const field = here.path.slice(entity.path.length);
  if (field.length === 2 && field[0] === 'tags') return { ...here, kind: tagKind };
  const reference = referencesOf(entity, document.facts).find(({ path }) => isSame(path, field));
  if (reference) return { ...here, kind: reference.kind, isLoose: isLoose(entity.kind, field) };
  if (field.length !== 1 || !isNameField(document, entity, field[0])) return undefined;
  return { ...here, kind: entity.kind, isDeclaration: true };
}

const isNameField = ({ facts }: OpenDocument, { kind }: Entity, field: unknown): boolean =>
  field === 'id' || field === nameFieldOf(facts, kind);

/** Kinds that decK reads and we know nothing of but that they have names. */
export const otherKinds: readonly string[] = ['partials', 'rbac_roles', 'custom_plugins', 'service_packages'];

function ofOtherKind(here: Here): NamedSymbol | undefined {
  const [kind, index, field] = here.path;
  if (typeof kind !== 'string' || !otherKinds.includes(kind) || typeof index !== 'number' || here.path.length !== 3) {
    return undefined;
  }
  return field === 'name' || field === 'id' ? { ...here, kind, isDeclaration: true } : undefined;
}

/** decK's `_plugin_configs` has configurations by name: the key is what plugins call it. */
function sharedConfigKey(document: OpenDocument, path: Path): NamedSymbol | undefined {
  const [top, name] = path;
  if (top !== sharedConfigs || path.length !== 2 || document.kind !== 'deck') return undefined;
  const range = document.rangeOf(path, 'key');
  return { kind: sharedConfigs, name: String(name), path, range, isDeclaration: true, isLoose: false };
}

export const sharedConfigs = '_plugin_configs';

/** `{vault://prefix/…}`: what is between the slashes names a vault. */
export const vaultPrefix = /^\{vault:\/\/([^/}\s]+)/;

function vaultOf(document: OpenDocument, path: Path, value: string): NamedSymbol | undefined {
  const [, name] = vaultPrefix.exec(value) ?? [];
  if (name === undefined) return undefined;
  const whole = document.rangeOf(path, 'value');
  const range = vaultNameIn(document, whole, name);
  return { kind: 'vaults', name, path, range: range ?? whole, isDeclaration: false, isLoose: true };
}

/** Where a vault's name stands in a value; undefined for a value written in a way of its own. */
export function vaultNameIn({ text }: OpenDocument, value: Range, name: string): Range | undefined {
  const start = text.offset(value.start);
  const written = text.slice(start, Math.min(text.offset(value.end), start + 1000));
  const at = written.indexOf(`{vault://${name}`);
  if (at < 0) return undefined;
  const from = start + at + '{vault://'.length;
  return { start: text.position(from), end: text.position(from + name.length) };
}

const isSame = (a: Path, b: Path): boolean => a.length === b.length && a.every((key, index) => key === b[index]);

/** Entities that a name or id may mean. */
export function entitiesCalled(document: OpenDocument, kind: string, name: string): readonly Entity[] {
  const found = document.entities.find(kind, name);
  return found.length === 0 && otherKinds.includes(kind) ? others(document, kind, name) : found;
}

function others(document: OpenDocument, kind: string, name: string): Entity[] {
  const found: Entity[] = [];
  if (!document.topKeys.includes(kind)) return found;
  for (let index = 0; ; index++) {
    const value = document.valueAt([kind, index]);
    if (value === undefined) return found;
    if (isObject(value) && (valueAtPath(value, ['name']) === name || valueAtPath(value, ['id']) === name)) {
      found.push({ kind, path: [kind, index], value });
    }
  }
}
