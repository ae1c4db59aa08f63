import { deckNesting } from '../schema/nesting.js';
import { topLists } from './deckNames.js';
import { diffPieces, type Piece } from './equalPieces.js';
import { keyReader } from './equalKeys.js';
import { isKnownKind } from './kinds.js';
import { type ChildList, countEntities, splitItem, type SplitItem, startsFields, withoutDash } from './itemText.js';
import type { ScannedText, TopEntry } from './topText.js';
import { differingValues, namesIn, type OwnText, type ValueChange, type ValueJudge } from './valueChanges.js';
import { valuesInside } from './valuesInside.js';

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

/** An entity on either side, without its children. */
interface Own {
  before: OwnText;
  after: OwnText;
  /** What it is called by: looked up once, so that it stays one thing to all who speak of it. */
  names?: string[] | undefined;
}

/** What children know of the entity that they stand in. */
interface Parent {
  /** Theirs, that names it. */
  field: string;
  own: Own;
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
      if (this.takesAll(name, before.indent, [one.text, other.text])) continue;
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
      const own = ownOf(kind, indent, withoutDash(before, indent), withoutDash(after, indent));
      return this.takesValues(own, parent) ? undefined : [before, after];
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
    const own = ownOf(kind, indent, one.own.join(''), other.own.join(''));
    for (const { key, kind: childKind, field } of nested) {
      if (!this.reduceChildren(childKind, one.lists.get(key), other.lists.get(key), { field, own })) return giveUp();
    }
    const isLeft = [...one.lists.values(), ...other.lists.values()].some(({ items }) => items.length > 0);
    if (!isLeft && this.takesValues(own, parent)) return undefined;
    const names = isLeft ? (own.names ??= namesIn(own.before)) : undefined;
    if (names && this.takesValues(own, parent)) {
      // What is to say of it is said: its children only have to know what it is called. It will be counted with them.
      this.equal--;
      one.own = other.own = [names.map((line) => `${' '.repeat(indent + 2)}${line}\n`).join('')];
    }
    const texts = [writeItem(one, indent), writeItem(other, indent)] as const;
    return texts[0] !== undefined && texts[1] !== undefined ? [texts[0], texts[1]] : giveUp();
  }

  /** Notes what differs in an entity and its children. @returns false where anything but values does. */
  private takesAll(kind: string, indent: number, texts: readonly [string, string]): boolean {
    if (!this.isValue || texts.some((text) => this.isMentioned(text))) return false;
    const values = valuesInside(kind, indent, texts, this.isValue);
    if (!values) return false;
    for (const value of values) this.values.push(value);
    this.equal += countEntities(texts[0], kind, indent) - values.length;
    return true;
  }

  /** Notes an entity of which nothing but values differ. @returns false where it has to be read. */
  private takesValues(own: Own, parent?: Parent): boolean {
    const { before, after } = own;
    if (!this.isValue || this.isMentioned(before.text) || this.isMentioned(after.text)) return false;
    const lines = before.text === after.text ? [] : differingValues(before, after, this.isValue);
    if (!lines) return false;
    const count = countEntities(before.text, before.kind, before.column - 2);
    if (lines.length === 0) {
      this.equal += count;
      return true;
    }
    const names = (own.names ??= namesIn(before));
    const parentNames = parent && (parent.own.names ??= namesIn(parent.own.before));
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

const ownOf = (kind: string, indent: number, before: string, after: string): Own => ({
  before: { kind, column: indent + 2, text: before },
  after: { kind, column: indent + 2, text: after },
});

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
