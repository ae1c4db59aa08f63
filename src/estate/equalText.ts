import { deckNesting } from '../schema/nesting.js';
import { topLists } from './deckNames.js';
import { diffPieces, type Piece } from './equalPieces.js';
import { isKnownKind } from './kinds.js';
import { type ChildList, countEntities, splitItem, type SplitItem, startsFields, withoutDash } from './itemText.js';
import type { ScannedText, TopEntry } from './topText.js';
import { differingValues, namesIn, type OwnText, type ValueChange, type ValueJudge } from './valueChanges.js';

/** Two decK files without the entities that stand in both, word for word. */
export interface DifferingText {
  before: string;
  after: string;
  /** How many entities were left out on either side. */
  equal: number;
  /** What differs in values only, left out too. */
  values: ValueChange[];
}

/** What has to be the same before the same words mean the same. */
const contexts = ['_info', '_plugin_configs'];
/** Lists that stay whole: each workspace's file repeats those of the whole gateway, and types stand inside. */
const kept = new Set(['ca_certificates', 'custom_entities']);

const keyFields: Readonly<Record<string, string>> = { consumers: 'username' };

/**
 * Leaves out of two texts what needs no reading, because it is the same in both. What is left means the same as before,
 * except for what it refers to: `words` brings that back.
 * @param words ids and names, entities that bear one of which stay.
 * @param isValue to leave out entities, too, of which only values differ.
 * @returns undefined for texts that are not laid out as tools do it: they have to be read as a whole.
 */
export function withoutEqualText(
  { text: before, entries: entriesBefore }: ScannedText,
  { text: after, entries: entriesAfter }: ScannedText,
  words: ReadonlySet<string> = new Set(),
  isValue?: ValueJudge,
): DifferingText | undefined {
  for (const name of contexts) {
    if (textOf(before, entriesBefore.get(name)) !== textOf(after, entriesAfter.get(name))) return undefined;
  }
  const differ = new Differ(before, after, words, isValue);
  for (const name of new Set([...entriesBefore.keys(), ...entriesAfter.keys()])) {
    if (!differ.entry(name, entriesBefore.get(name), entriesAfter.get(name))) return undefined;
  }
  return differ.result();
}

const textOf = (text: string, entry: TopEntry | undefined): string =>
  entry ? text.slice(entry.start, entry.end).trimEnd() : '';

const isReducible = (name: string): boolean => !kept.has(name) && (topLists.includes(name) || isKnownKind(name));

/** What children know of the entity that they stand in. */
interface Parent {
  /** Theirs, that names it. */
  field: string;
  own: OwnText;
  names?: string[] | undefined;
}

class Differ {
  private readonly left: [string[], string[]] = [[], []];
  private equal = 0;
  private readonly values: ValueChange[] = [];
  private readonly mention: RegExp | undefined;

  constructor(
    private readonly before: string,
    private readonly after: string,
    private readonly words: ReadonlySet<string>,
    private readonly isValue: ValueJudge | undefined,
  ) {
    // Which word it is gets looked up: so many alternatives would be slow.
    if (words.size > 0) this.mention = /^ *(?:- )?(?:id|name|username|custom_id): (.*)$/gm;
  }

  result(): DifferingText {
    const [before, after] = this.left.map((pieces) => pieces.join(''));
    return { before: before ?? '', after: after ?? '', equal: this.equal, values: this.values };
  }

  /** @returns false where the texts have to be read as a whole. */
  entry(name: string, before: TopEntry | undefined, after: TopEntry | undefined): boolean {
    if (!before?.items || !after?.items || before.indent !== after.indent || !isReducible(name)) {
      if (before) this.left[0].push(this.before.slice(before.start, before.end));
      if (after) this.left[1].push(this.after.slice(after.start, after.end));
      return true;
    }
    const lists: [Piece[], Piece[]] = [
      piecesOf(this.before, before.items, before.end),
      piecesOf(this.after, after.items, after.end),
    ];
    const keyOf = keyReader(name, before.indent);
    const found = diffPieces(lists[0], lists[1], keyOf);
    if (!found) return false;
    const written: [Map<Piece, string>, Map<Piece, string>] = [new Map(), new Map()];
    for (const [one, other] of found.equal) {
      if (this.isMentioned(one.text)) {
        written[0].set(one, one.text);
        written[1].set(other, other.text);
      } else this.equal += countEntities(one.text, name, before.indent);
    }
    for (const [one, other] of found.changed) {
      const left = this.reduced(name, before.indent, one.text, other.text);
      if (!left) continue;
      written[0].set(one, left[0]);
      written[1].set(other, left[1]);
    }
    for (const piece of found.removed) written[0].set(piece, piece.text);
    for (const piece of found.added) written[1].set(piece, piece.text);
    ([before, after] as const).forEach((entry, side) => {
      const text = side === 0 ? this.before : this.after;
      const texts = (lists[side] ?? []).flatMap((piece) => written[side]?.get(piece) ?? []);
      if (texts.length > 0) this.left[side]?.push(text.slice(entry.start, entry.items?.[0]), ...texts);
    });
    return true;
  }

  /**
   * An entity that differs, without those of its children that don't, however deep.
   * @returns undefined when nothing of it has to be read.
   */
  private reduced(
    kind: string,
    indent: number,
    before: string,
    after: string,
    parent?: Parent,
  ): [string, string] | undefined {
    const nested = deckNesting[kind];
    if (!nested?.some(({ key }) => before.includes(key) || after.includes(key))) {
      if (!this.isValue || !startsFields(before, indent) || !startsFields(after, indent)) return [before, after];
      const own = [withoutDash(before, indent), withoutDash(after, indent)] as const;
      return this.takesValues(kind, indent, own, parent) ? undefined : [before, after];
    }
    const one = splitItem(before, kind, indent);
    const other = splitItem(after, kind, indent);
    if (!one || !other) return [before, after];
    const [equal, values] = [this.equal, this.values.length];
    const giveUp = (): [string, string] => {
      this.equal = equal;
      this.values.length = values;
      return [before, after];
    };
    const own = [one.own.join(''), other.own.join('')] as const;
    for (const { key, kind: childKind, field } of nested) {
      const asParent = { field, own: { kind, column: indent + 2, text: own[0] } };
      if (!this.reduceChildren(childKind, one.lists.get(key), other.lists.get(key), asParent)) return giveUp();
    }
    const isLeft = [...one.lists.values(), ...other.lists.values()].some(({ items }) => items.length > 0);
    if (!isLeft && this.takesValues(kind, indent, own, parent)) return undefined;
    const texts = [writeItem(one, indent), writeItem(other, indent)] as const;
    return texts[0] !== undefined && texts[1] !== undefined ? [texts[0], texts[1]] : giveUp();
  }

  /** Notes an entity of which nothing but values differ. @returns false where it has to be read. */
  private takesValues(kind: string, indent: number, own: readonly [string, string], parent?: Parent): boolean {
    if (!this.isValue || own.some((text) => this.isMentioned(text))) return false;
    const [before, after] = own.map((text) => ({ kind, column: indent + 2, text })) as [OwnText, OwnText];
    const lines = before.text === after.text ? [] : differingValues(before, after, this.isValue);
    if (!lines) return false;
    const count = countEntities(before.text, kind, indent);
    if (lines.length === 0) {
      this.equal += count;
      return true;
    }
    const names = namesIn(before);
    const parentNames = parent && (parent.names ??= namesIn(parent.own));
    if (!names || (parent && !parentNames)) return false;
    this.equal += count - 1;
    const known = parent && parentNames && { parent: { field: parent.field, names: parentNames } };
    this.values.push({ before, after, lines, names, ...known });
    return true;
  }

  /** Leaves in both lists what differs. @returns false when only the whole can tell. */
  private reduceChildren(
    kind: string,
    before: ChildList | undefined,
    after: ChildList | undefined,
    parent: Parent,
  ): boolean {
    if (!before || !after) return true;
    const { indent } = before;
    if (indent !== after.indent) return true;
    const found = diffPieces(before.items, after.items, keyReader(kind, indent));
    if (!found || found.equal.some(([{ text }]) => this.isMentioned(text))) return false;
    const left = new Map<Piece, Piece>();
    for (const [{ text }] of found.equal) this.equal += countEntities(text, kind, indent);
    for (const [one, other] of found.changed) {
      const texts = this.reduced(kind, indent, one.text, other.text, parent);
      if (texts) left.set(one, { text: texts[0] }).set(other, { text: texts[1] });
    }
    for (const piece of [...found.removed, ...found.added]) left.set(piece, piece);
    before.items = before.items.flatMap((piece) => left.get(piece) ?? []);
    after.items = after.items.flatMap((piece) => left.get(piece) ?? []);
    return true;
  }

  private isMentioned(text: string): boolean {
    if (!this.mention) return false;
    for (const [, value = ''] of text.matchAll(this.mention)) {
      if (this.words.has(value.trim().replace(/^(["'])(.*)\1$/, '$2'))) return true;
    }
    return false;
  }
}

function piecesOf(text: string, starts: readonly number[], end: number): Piece[] {
  return starts.map((start, index) => ({ text: text.slice(start, starts[index + 1] ?? end) }));
}

/** How an entity is told from others of its list: by its id, its name, or all that it says. */
function keyReader(kind: string, indent: number): (piece: Piece) => string {
  const blanks = ' '.repeat(indent);
  const marks = ['id', keyFields[kind] ?? 'name'].map((name) => [`${blanks}- ${name}: `, `\n${blanks}  ${name}: `]);
  // What a plugin is called is no name of its own.
  const used = kind === 'plugins' || kind === 'certificates' ? marks.slice(0, 1) : marks;
  return ({ text }) => {
    for (const [first = '', other = ''] of used) {
      const at = text.startsWith(first) ? first.length : text.indexOf(other) + other.length;
      if (at < other.length && !text.startsWith(first)) continue;
      return text.slice(at, text.indexOf('\n', at));
    }
    return text;
  };
}

/** @returns undefined when nothing of it is left to write. */
function writeItem({ own, lists }: SplitItem, indent: number): string | undefined {
  const pieces = [...own];
  for (const { head, items } of lists.values()) {
    if (items.length > 0) pieces.push(head, ...items.map(({ text }) => text));
  }
  const text = pieces.join('');
  if (!/^ +\S/.test(text)) return undefined;
  return `${text.slice(0, indent)}-${text.slice(indent + 1)}`;
}
