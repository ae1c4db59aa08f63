import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { Range } from '../diagnostic.js';
import { directiveMark } from '../directives.js';
import { readDocument, type KongDocument } from '../document.js';
import { signAgainstDeck } from '../deckFormat.js';
import { isFilledIn } from '../fileKind.js';
import { deckExtraKeys } from '../keys.js';
import { replacementCharacter } from '../fileBytes.js';
import { LineIndex } from '../lineIndex.js';
import { splitText, type CutText } from './cutText.js';
import { editText, offsetAt, positionAt } from './editText.js';
import { isOpen, mayEndLater } from './openEnds.js';
import type { Part } from './part.js';
import { anchor, costOf, knot, mostTolerantly, readPart } from './readPart.js';
import { onlyWhole } from './splitText.js';

/** A line break to editors that the parts do not count as one. */
const loneReturn = /\r(?!\n)/;

/** What an editor says that changed: all of the text when it gives no range. */
export interface TextChange {
  range?: Range;
  text: string;
}

/** A text that is open in an editor, read part by part as it changes; or as a whole, where it can't be. */
export class LiveText {
  version: number;
  /** Parts that hold what somebody wants to find without a look at all of them. */
  readonly marked = {
    problems: new Set<Part>(),
    open: new Set<Part>(),
    aliases: new Set<Part>(),
    anchors: new Set<Part>(),
    replaced: new Set<Part>(),
    directives: new Set<Part>(),
    /** Items with keys that only one of the formats has. */
    deckKeys: new Set<Part>(),
    dblessKeys: new Set<Part>(),
    /** Items that decK would not read, and Kong would. */
    againstDeck: new Set<Part>(),
    /** Parts that decK is to fill in. */
    templates: new Set<Part>(),
    /** Routes whose reference to a service tells the format. */
    services: new Set<Part>(),
  };
  /** Parts that went and came since somebody last asked. */
  private removed = new Set<Part>();
  private added = new Set<Part>();
  private cut: CutText | undefined;
  private whole: string | undefined;
  private document: KongDocument | undefined;
  private isSettled = false;
  private slowly = 0;

  constructor(
    readonly uri: string,
    readonly languageId: string,
    version: number,
    text: string,
  ) {
    this.version = version;
    this.whole = text;
  }

  private get isJson(): boolean {
    return this.uri.endsWith('.json');
  }

  /** Characters. */
  get length(): number {
    return this.cut ? this.cut.list.length : (this.whole ?? '').length;
  }

  change(changes: readonly TextChange[], version: number): void {
    this.version = version;
    this.isSettled = false;
    this.document = undefined;
    for (const { range, text } of changes) {
      if (range) this.edit(range, text);
      else this.reset(text);
    }
  }

  private reset(text: string): void {
    this.cut = undefined;
    this.whole = text;
  }

  private edit({ start, end }: Range, text: string): void {
    if (this.cut) {
      const { list } = this.cut;
      const from = offsetAt(list, start);
      const to = Math.max(from, offsetAt(list, end));
      const before = this.cut;
      try {
        const edited = editText(this.cut, from, to, text);
        this.note(edited);
        if (!edited.isRead || edited.added.some((part) => loneReturn.test(part.text))) this.reset(list.text);
        return;
      } catch (error) {
        if (error !== onlyWhole) throw error;
        const old = before.list.text;
        this.reset(old.slice(0, from) + text + old.slice(to));
        return;
      }
    }
    const whole = this.whole ?? '';
    const lines = new LineIndex(whole);
    const [from, to] = [lines.offset(start), lines.offset(end)];
    this.whole = whole.slice(0, from) + text + whole.slice(Math.max(from, to));
  }

  private note({ removed, added }: { removed: readonly Part[]; added: readonly Part[] }): void {
    for (const part of removed) if (!this.added.delete(part)) this.removed.add(part);
    for (const part of added) this.added.add(part);
  }

  /** The parts, read; undefined for a text that is read as a whole. */
  parts(): CutText | undefined {
    if (this.isSettled) return this.cut;
    this.isSettled = true;
    try {
      if (!this.cut) this.open();
      else this.settle(this.cut);
    } catch (error) {
      if (error !== onlyWhole) throw error;
      this.whole = this.cut ? this.cut.list.text : this.whole;
      this.cut = undefined;
    }
    return this.cut;
  }

  /** What changed since it was last taken; undefined where the text was read anew. */
  take(): { removed: ReadonlySet<Part>; added: ReadonlySet<Part> } | undefined {
    const changed = this.wasOpened ? undefined : { removed: this.removed, added: this.added };
    this.removed = new Set();
    this.added = new Set();
    this.wasOpened = false;
    return changed;
  }

  private wasOpened = false;

  private open(): void {
    for (const parts of Object.values(this.marked)) parts.clear();
    this.slowly = 0;
    this.wasOpened = true;
    this.removed.clear();
    this.added.clear();
    if (this.isJson) throw onlyWhole;
    const text = this.whole ?? '';
    const cut = splitText(text);
    const document = this.asWhole();
    // What was read in one piece need not be read in many, unless pieces depend on each other.
    const isRead = document.repeatedKeysIn !== undefined && !(/[&*]/.test(text) && knot.test(text));
    if (isRead && isObject(document.value)) this.markAll(cut, text, document.value);
    else for (const part of cut.list) this.read(part);
    this.closeEnds(cut);
    this.cut = cut;
    this.whole = undefined;
  }

  private markAll(cut: CutText, text: string, value: JsonObject): void {
    const isMarked = text.includes(replacementCharacter) || text.includes(directiveMark) || isFilledIn(text);
    const next = new Map<string, number>();
    for (const part of cut.list) {
      if (isMarked) this.markText(part);
      const key = part.section?.key;
      if (part.role !== 'item' || key === undefined) continue;
      const index = next.get(key) ?? 0;
      next.set(key, index + 1);
      this.markKeys(part, (value[key] as Json[] | undefined)?.[index] ?? null);
    }
  }

  private markText(part: Part): void {
    if (part.text.includes(replacementCharacter)) this.marked.replaced.add(part);
    if (part.text.includes(directiveMark)) this.marked.directives.add(part);
    if (isFilledIn(part.text)) this.marked.templates.add(part);
  }

  private markKeys(part: Part, value: Json): void {
    if (part.role !== 'item' || !isObject(value)) return;
    if ((tellingKeys[part.section?.key ?? ''] ?? []).some((key) => key in value)) this.marked.deckKeys.add(part);
    if (part.section?.key === 'routes' && tellsByService(value)) this.marked.services.add(part);
    if (signAgainstDeck(part.section?.key ?? '', value) !== undefined) this.marked.againstDeck.add(part);
    if ('_comment' in value || '_ignore' in value) this.marked.dblessKeys.add(part);
  }

  private settle(cut: CutText): void {
    for (const part of this.removed) {
      for (const parts of Object.values(this.marked)) parts.delete(part);
      if (part.reading?.slowly) this.slowly -= costOf(part);
    }
    for (const part of this.added) if (!part.reading) this.read(part);
    this.closeEnds(cut);
  }

  private read(part: Part): void {
    const { marked } = this;
    const reading = (part.reading = readPart(part));
    if (reading.slowly && (this.slowly += costOf(part)) > mostTolerantly) throw onlyWhole;
    if (reading.problems.length) marked.problems.add(part);
    if (isOpen(reading)) marked.open.add(part);
    if (reading.aliases) marked.aliases.add(part);
    if (anchor.test(part.text)) marked.anchors.add(part);
    this.markText(part);
    this.markKeys(part, reading.value);
  }

  /** @throws `onlyWhole` where parts depend on each other after all. */
  private closeEnds({ list }: CutText): void {
    const { aliases, anchors } = this.marked;
    if (aliases.size > 0 && anchors.size > 0) throw onlyWhole;
    for (const part of this.marked.open) mayEndLater(list, part);
  }

  /** The text as a whole, read as a whole. */
  asWhole(): KongDocument {
    return (this.document ??= readDocument(this.getText(), this.isJson));
  }

  /** What was read as a whole is kept no longer than it is needed. */
  forgetWhole(): void {
    this.document = undefined;
  }

  getText(range?: Range): string {
    const { cut } = this;
    if (!cut) {
      const text = this.whole ?? '';
      if (!range) return text;
      const lines = new LineIndex(text);
      return text.slice(lines.offset(range.start), lines.offset(range.end));
    }
    return range ? cut.list.slice(offsetAt(cut.list, range.start), offsetAt(cut.list, range.end)) : cut.list.text;
  }

  position(offset: number): Range['start'] {
    return this.cut ? positionAt(this.cut.list, offset) : new LineIndex(this.whole ?? '').position(offset);
  }
}

/** Keys of items by which decK's format is told. */
const tellingKeys: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(deckExtraKeys).map(([kind, keys]) => [
    kind,
    keys.filter((key) => /^(_config|groups|partials)$/.test(key)),
  ]),
);

function tellsByService({ service }: JsonObject): boolean {
  return typeof service === 'string' || (isObject(service) && 'name' in service);
}
