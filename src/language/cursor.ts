import type { Position } from './diagnostic.js';
import { flowAt, type FlowLevel } from './flowCursor.js';
import type { OpenDocument, Part } from './openDocument.js';

/** A map around the cursor, as its lines say: text that is being typed is seldom YAML. */
export interface Level {
  /** The key in the map above that leads here; undefined at the top. */
  key: string | undefined;
  /** True when the map is an item of a list. */
  item: boolean;
  /** Keys of the map that stand on lines of their own, with the text behind them. */
  keys: Map<string, string>;
}

export interface Cursor {
  /** From the top of the file to the innermost map. */
  levels: Level[];
  /** What is being typed: a key of the innermost map, the value of one, or an item of a list under one. */
  typing: { kind: 'key'; item: boolean } | { kind: 'value'; key: string };
  /** The text before the cursor that belongs to it; a completion replaces it. */
  word: string;
  /** The quote that the word stands in. */
  quote: '"' | "'" | '';
  /** True in braces and brackets, where nothing can be opened on lines below. */
  flow: boolean;
  /** Column of the key or item that is being typed. */
  column: number;
}

type Around = Pick<OpenDocument, 'text' | 'topKeys' | 'partAt'>;

interface Line {
  /** Column of the outermost `-` of the line, if any. */
  dash: number | undefined;
  /** Column of what follows. */
  column: number;
  key: string | undefined;
  value: string;
}

const linePattern = /^(\s*)((?:-(?:\s+|$))*)(.*)$/;
const keyPattern = /^(["']?)([^\s"'#:{}[\],&*!|>%@`][^"':]*?)\1\s*:(?:\s+(.*))?$/;

function readLine(text: string): Line | undefined {
  const [, indent = '', dashes = '', rest = ''] = linePattern.exec(text) ?? [];
  if (rest.startsWith('#') || (rest === '' && dashes === '')) return undefined;
  const [, , key, value = ''] = keyPattern.exec(rest) ?? [];
  return { dash: dashes ? indent.length : undefined, column: indent.length + dashes.length, key, value };
}

/**
 * What stands around a position, read from the lines of the part that it is in: it costs the part, not the file.
 * @returns undefined where nothing of Kong's is typed: in a comment, in a text of several lines.
 */
export function cursorAt(document: Around, { line, character }: Position): Cursor | undefined {
  const { text } = document;
  const part = document.partAt(line);
  const flow = flowAt(text, part, { line, character });
  if (flow === 'text') return undefined;
  if (flow) {
    const levels = flow.line === undefined ? [topLevel(document)] : blockLevels(document, part, flow.line);
    return levels && { ...joined(levels, flow.key, flow.levels), ...flow.typed, flow: true, column: flow.column };
  }
  const before = text.line(line).slice(0, character);
  const [, indent = '', dashes = '', rest = ''] = linePattern.exec(before) ?? [];
  const [, , key, value = ''] = keyPattern.exec(rest) ?? [];
  const typing: Cursor['typing'] = key === undefined ? { kind: 'key', item: dashes !== '' } : { kind: 'value', key };
  const column = indent.length + dashes.length;
  const written = key === undefined ? rest : value;
  const quote = written.startsWith('"') ? '"' : written.startsWith("'") ? "'" : '';
  const levels = levelsAround(document, part, line, { column, dash: dashes ? indent.length : undefined });
  return levels && { levels, typing, word: written.slice(quote.length), quote, flow: false, column };
}

const topLevel = ({ topKeys }: Around): Level => ({
  key: undefined,
  item: false,
  keys: new Map(topKeys.map((key) => [key, ''])),
});

/** The maps around what is written on a line. */
function blockLevels(document: Around, part: Part, line: number): Level[] | undefined {
  const [, indent = '', dashes = ''] = linePattern.exec(document.text.line(line)) ?? [];
  const dash = dashes ? indent.length : undefined;
  const levels = levelsAround(document, part, line, { column: indent.length + dashes.length, dash });
  // An item of a list in brackets has no dash.
  const isItem = line === part.startLine && part.index !== undefined && dash === undefined;
  const last = levels?.at(-1);
  if (isItem && last) last.item = true;
  return levels;
}

/** Levels in lines, then those in braces and brackets that hang on a key, or on an item. */
function joined(
  levels: Level[],
  key: string | undefined,
  inside: readonly FlowLevel[],
): { levels: Level[]; typing: Cursor['typing'] } {
  const all = [...levels];
  let under = key;
  let typing: Cursor['typing'] = { kind: 'key', item: false };
  for (const { list, keys, at } of inside) {
    if (list) {
      // What is in the list is a map, unless it turns out to be what is typed.
      all.push({ key: under, item: true, keys: new Map() });
      under = undefined;
      typing = { kind: 'key', item: true };
      continue;
    }
    const last = all.at(-1);
    if (typing.kind === 'key' && typing.item && last) last.keys = keys;
    else if (under !== undefined) all.push({ key: under, item: false, keys });
    else if (last) for (const [name, value] of keys) last.keys.set(name, value);
    under = at;
    typing = at === undefined ? { kind: 'key', item: false } : { kind: 'value', key: at };
  }
  return { levels: all, typing };
}

function levelsAround(document: Around, part: Part, line: number, at: Columns): Level[] | undefined {
  if (part.key === undefined || (at.column === 0 && at.dash === undefined)) return [topLevel(document)];
  const climber = new Climber(line, part, (index) => readLine(document.text.line(index)));
  const levels = climber.climb(at);
  const first = levels?.[0];
  if (!levels || !first) return undefined;
  // The lines of an item do not say which list it is in; those of an entry start with its key at the top.
  if (part.index === undefined) {
    levels[0] = topLevel(document);
  } else {
    first.key = part.key;
    levels.unshift(topLevel(document));
  }
  return levels;
}

interface Columns {
  column: number;
  dash: number | undefined;
}

/** Walks from a line up to the start of its part, one map at a time. */
class Climber {
  constructor(
    private readonly line: number,
    private readonly part: Part,
    private readonly read: (line: number) => Line | undefined,
  ) {}

  /** @returns undefined where indentation leads nowhere. */
  climb(need: Columns): Level[] | undefined {
    const levels: Level[] = [];
    let at = this.line;
    for (;;) {
      const level: Level = { key: undefined, item: need.dash !== undefined, keys: new Map() };
      levels.unshift(level);
      const start = this.siblings(at, need, level);
      const parent = this.parentOf(start.line, start.dash ?? need.column, start.dash !== undefined);
      if (!parent) return this.isTop(start, need) ? levels : undefined;
      level.key = parent.line.key;
      at = parent.at;
      need = { column: parent.line.column, dash: parent.line.dash };
    }
  }

  private isTop(start: { line: number }, { column }: Columns): boolean {
    const { index, startLine } = this.part;
    if (index === undefined) return column === 0;
    return start.line === startLine || column <= (this.read(startLine)?.dash ?? column);
  }

  /** Collects the keys of the map that the line is in. @returns where the map starts, and its `-` if it has one. */
  private siblings(from: number, need: Columns, level: Level) {
    this.note(this.read(from), need.column, level);
    for (let at = from + 1; at < this.part.endLine; at++) {
      const line = this.read(at);
      if (line && (line.column < need.column || (line.dash !== undefined && line.dash < need.column))) break;
      this.note(line, need.column, level);
    }
    if (need.dash !== undefined) return { line: from, dash: need.dash };
    for (let at = from - 1; at >= this.part.startLine; at--) {
      const line = this.read(at);
      if (!line) continue;
      if (line.column < need.column) return { line: at + 1, dash: undefined };
      this.note(line, need.column, level);
      if (line.column === need.column && line.dash !== undefined && line.dash < need.column) {
        level.item = true;
        return { line: at, dash: line.dash };
      }
    }
    return { line: this.part.startLine, dash: undefined };
  }

  private note(line: Line | undefined, column: number, level: Level): void {
    if (line?.key !== undefined && line.column === column && !level.keys.has(line.key))
      level.keys.set(line.key, line.value);
  }

  /** The key that a map or a list hangs on: the nearest line above that is indented less (a list may be level with it). */
  private parentOf(from: number, column: number, list: boolean): { at: number; line: Line } | undefined {
    for (let at = from - 1; at >= this.part.startLine; at--) {
      const line = this.read(at);
      if (!line || line.key === undefined) continue;
      const level = list && line.dash === undefined && line.column === column;
      if ((line.column < column || level) && line.value.replace(/#.*|[&!]\S+\s*/g, '').trim() === '')
        return { at, line };
      if (line.column < column) return undefined;
    }
    return undefined;
  }
}
