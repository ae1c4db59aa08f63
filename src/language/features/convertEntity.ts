import type { TextEdit } from 'vscode-languageserver-types';
import { groupBy } from '../../core/groupBy.js';
import type { Position } from '../diagnostic.js';
import { entryAt, insertedLines, removeEntry, removeLines } from '../edits.js';
import { nameFieldOf } from '../entityReferences.js';
import { indented, itemTextAt, linesOf, type ItemText } from '../itemText.js';
import { labelOf, nestingOf, singular, topLevelKinds, type Entity } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { referredName } from '../entityIndex.js';
import { scalarText } from '../yamlText.js';

export interface Conversion {
  title: string;
  edits: TextEdit[];
}

/** The entity at a position out of the one it is nested in, or into the one it belongs to. */
export function convertEntity(document: OpenDocument, position: Position): Conversion[] {
  const entity = document.entities.at(document.pathAt(position).path);
  if (!entity) return [];
  const what = `${singular(entity.kind)} ${labelOf(entity.value) ?? ''}`.trim();
  const flat = flatten(document, [entity]);
  if (flat.length > 0) return [{ title: `Move the ${what} to the top of the file`, edits: flat }];
  const home = parentOf(document, entity);
  const edits = home ? nest(document, [entity]) : [];
  if (!home || edits.length === 0) return [];
  const into = `${singular(home.parent.kind)} ${labelOf(home.parent.value) ?? ''}`.trim();
  return [{ title: `Move the ${what} into the ${into}`, edits }];
}

interface Move {
  entity: Entity;
  item: ItemText;
  /** Without the blanks before the `-`. */
  lines: string[];
}

/** Nested entities to lists at the top, each with a reference to what it stood in. Those that can't be moved stay. */
export function flatten(document: OpenDocument, entities: readonly Entity[]): TextEdit[] {
  const moves = entities.flatMap((entity) => flatMove(document, entity) ?? []);
  const added = groupBy(moves, ({ entity }) => entity.kind);
  const edits: TextEdit[] = [];
  const kept: Move[] = [];
  for (const [kind, group] of added) {
    const insertion = insertAtTop(document, kind, group);
    if (!insertion) continue;
    edits.push(insertion);
    kept.push(...group);
  }
  const removals = removeItems(document, kept);
  return removals ? [...edits, ...removals] : [];
}

function flatMove(document: OpenDocument, entity: Entity): Move | undefined {
  const { kind, path, value, parent } = entity;
  if (!parent || !topLevelKinds(document.kind, document.facts).includes(kind)) return undefined;
  const item = itemTextAt(document, path);
  if (!item) return undefined;
  const lines = linesOf(document, item);
  if (value[parent.field] !== undefined) return { entity, item, lines };
  const nameField = nameFieldOf(document.facts, parent.entity.kind);
  const [key, name] =
    [nameField, 'id']
      .map((each) => [each, parent.entity.value[each]] as const)
      .find(([, of]) => typeof of === 'string') ?? [];
  if (typeof name !== 'string' || key === undefined) return undefined;
  const isMap = document.kind === 'deck' && kind === 'routes' && parent.field === 'service';
  if (item.flow) {
    const last = lines.findLastIndex((line) => line.includes('}'));
    const at = (lines[last] ?? '').lastIndexOf('}');
    if (last < 0) return undefined;
    const written = isMap ? `{${key}: ${scalarText(name)}}` : scalarText(name);
    lines[last] = `${lines[last]?.slice(0, at).trimEnd()}, ${parent.field}: ${written}${lines[last]?.slice(at)}`;
    return { entity, item, lines };
  }
  lines.push(
    ...(isMap ? [`  ${parent.field}:`, `    ${key}: ${scalarText(name)}`] : [`  ${parent.field}: ${scalarText(name)}`]),
  );
  return { entity, item, lines: aligned(lines, item, document) };
}

/** A reference stands as deep as the item's other keys, however wide its `- ` is. */
function aligned(lines: string[], item: ItemText, { text }: OpenDocument): string[] {
  const width = /^ *(-\s+)/.exec(text.line(item.dashLine))?.[1]?.length ?? 2;
  if (width === 2) return lines;
  const own = item.endLine - item.firstLine;
  return lines.map((line, at) => (at < own ? line : ' '.repeat(width - 2) + line));
}

/** As first items of the list, or of a new one before that which they came from. */
function insertAtTop(document: OpenDocument, kind: string, moves: readonly Move[]): TextEdit | undefined {
  const { text } = document;
  const [first] = moves;
  if (!first) return undefined;
  const exists = document.topKeys.includes(kind);
  const { line, character } = document.rangeOf([exists ? kind : (first.entity.path[0] ?? '')], 'key').start;
  if (character !== 0) return undefined;
  if (!exists) {
    let at = line;
    while (at > 0 && text.line(at - 1).startsWith('#')) at--;
    const dash = 2;
    return insertedLines(text, at, [`${kind}:`, ...moves.flatMap(({ lines }) => indented(lines, dash))]);
  }
  if (!/^[^\s:]+\s*:\s*(?:#.*)?$/.test(text.line(line))) return undefined;
  const item = document.nodeAt([kind, 0]) && itemColumn(document, kind);
  if (item === undefined) return undefined;
  return insertedLines(
    text,
    line + 1,
    moves.flatMap(({ lines }) => indented(lines, item)),
  );
}

function itemColumn({ text, nodeAt }: OpenDocument, kind: string): number | undefined {
  const node = nodeAt([kind, 0]);
  if (!node) return undefined;
  const { line, character } = text.position(node.start);
  return /^( *)-\s+$/.exec(text.line(line).slice(0, character))?.[1]?.length;
}

/** Takes items out of their lists, and lists that are empty then. Undefined where a comment would be lost with one. */
function removeItems(document: OpenDocument, moves: readonly Move[]): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const [, group] of groupBy(moves, ({ entity }) => JSON.stringify(entity.path.slice(0, -1)))) {
    const [first] = group;
    if (!first) continue;
    const list = first.entity.path.slice(0, -1);
    const isEmptied = !document.nodeAt([...list, group.length]);
    for (const { item } of group) edits.push(removeLines(document.text, item.firstLine, item.endLine));
    if (!isEmptied) continue;
    const { line, character } = document.rangeOf(list, 'key').start;
    const written = document.text.line(line);
    if (written.slice(0, character).trim() !== '' || !/^\s*[^\s:#]+\s*:\s*$/.test(written)) return undefined;
    edits.push(removeLines(document.text, line, line + 1));
  }
  return edits;
}

/** What an entity of the top belongs to, and where it would stand there; undefined where that is not the only one. */
export function parentOf(document: OpenDocument, { kind, path, value, parent }: Entity) {
  if (parent || path.length !== 2) return undefined;
  const { kind: format, facts, entities } = document;
  const foreign = Object.entries(facts.entities[kind]?.foreign ?? {}).filter(
    ([field]) => (value[field] ?? null) !== null,
  );
  const [reference] = foreign;
  if (!reference || foreign.length !== 1) return undefined;
  const [field, { reference: to }] = reference;
  const name = referredName(value[field]);
  const found = name === undefined ? [] : entities.find(to, name);
  const nested = nestingOf(format, facts)(to).find((each) => each.kind === kind && each.field === field);
  const [home] = found;
  return home && nested && found.length === 1 ? { parent: home, key: nested.key, field } : undefined;
}

/** Entities of the top into those that they refer to. Those that can't be moved stay. */
export function nest(document: OpenDocument, entities: readonly Entity[]): TextEdit[] {
  const moved = new Set(entities.map(({ path }) => JSON.stringify(path)));
  const edits: TextEdit[] = [];
  const kept: Move[] = [];
  const homes = entities.flatMap((entity) => {
    const home = parentOf(document, entity);
    const isMoved = home && [2, 4].some((depth) => moved.has(JSON.stringify(home.parent.path.slice(0, depth))));
    const move = home && !isMoved ? nestMove(document, entity, home.field) : undefined;
    return home && move ? [{ ...move, home }] : [];
  });
  for (const [, group] of groupBy(homes, ({ home }) => JSON.stringify([home.parent.path, home.key]))) {
    const [first] = group;
    const insertion = first && insertInto(document, first.home, group);
    if (!insertion) continue;
    edits.push(insertion);
    kept.push(...group);
  }
  const removals = removeItems(document, kept);
  return removals ? [...edits, ...removals] : [];
}

function nestMove(document: OpenDocument, entity: Entity, field: string): Move | undefined {
  const item = itemTextAt(document, entity.path);
  const found = entryAt(document, [...entity.path, field]);
  if (!item || !found || (found.parent?.entries.size ?? 0) < 2) return undefined;
  const { entry, parent } = found;
  // An earlier one of the same key would count then.
  if (parent?.overridden.some(({ key }) => key === field)) return undefined;
  const line = document.text.position(entry.keySpan.start).line;
  // A comment behind the reference, or in it, says something about it: nothing of the kind is dropped.
  const last = document.text.position(entry.value.end).line;
  for (let at = line; !item.flow && at <= last; at++) if (/(?:^|\s)#/.test(document.text.line(at))) return undefined;
  return { entity, item, lines: linesOf(document, item, removeEntry(document, entry, parent)) };
}

/** Behind the last of the parent's list, or in a new list at the parent's end. */
function insertInto(
  document: OpenDocument,
  { parent, key }: { parent: Entity; key: string },
  moves: readonly Move[],
): TextEdit | undefined {
  const home = itemTextAt(document, parent.path);
  const node = document.nodeAt(parent.path);
  if (!home || node?.type !== 'map' || node.flow) return undefined;
  const list = node.entries.get(key)?.value;
  if (list?.type === 'list') {
    const last =
      list.items.length === 0 ? undefined : itemTextAt(document, [...parent.path, key, list.items.length - 1]);
    return (
      last &&
      insertedLines(
        document.text,
        last.endLine,
        moves.flatMap(({ lines }) => indented(lines, last.dash)),
      )
    );
  }
  if (list) return undefined;
  const column = document.text.position(node.start).character;
  const lines = moves.flatMap(({ lines: own }) => indented(own, column + 2));
  return insertedLines(document.text, home.endLine, [`${' '.repeat(column)}${key}:`, ...lines]);
}
