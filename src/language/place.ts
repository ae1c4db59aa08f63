import type { Nested } from '../schema/nesting.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';
import type { FileKind } from './fileKind.js';
import { nestingOf, topLevelKinds } from './model.js';

/** What a path of a file means: an entity of a kind, and the way to a field inside it. */
export interface Place {
  /** Undefined at the top of the file. */
  kind: string | undefined;
  /** How much of the path leads to the entity. */
  depth: number;
  /** The rest of the path. */
  field: Path;
}

/** Reads a path by the format's rules of nesting. Positions in lists need not be right: any number will do. */
export function placeOf(path: Path, kind: FileKind, facts: SchemaFacts): Place {
  const nesting = nestingOf(kind, facts);
  let place: Place = { kind: undefined, depth: 0, field: path };
  const [top, first] = path;
  if (kind === 'deck' && top === '_info') return placeOfDefaults(path, facts) ?? place;
  if (typeof top !== 'string' || typeof first !== 'number' || !topLevelKinds(kind, facts).includes(top)) return place;
  place = { kind: top, depth: 2, field: path.slice(2) };
  for (;;) {
    const child = childAt(place, nesting);
    if (!child) return place;
    place = { kind: child.kind, depth: place.depth + 2, field: place.field.slice(2) };
  }
}

/** decK's `_info.defaults.service` has the fields of a service. */
function placeOfDefaults([, key, of, ...field]: Path, facts: SchemaFacts): Place | undefined {
  const kind = `${String(of)}s`;
  return key === 'defaults' && Object.hasOwn(facts.entities, kind) ? { kind, depth: 3, field } : undefined;
}

function childAt({ kind, field }: Place, nesting: (kind: string) => readonly Nested[]): Nested | undefined {
  const [key, index] = field;
  return typeof index === 'number' && kind !== undefined
    ? nesting(kind).find((nested) => nested.key === key)
    : undefined;
}
