import type { Position } from './diagnostic.js';
import type { TextView } from './openDocument.js';

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
}

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

/** The word that is being typed in a list in brackets, such as `[http, htt`; undefined when the cursor is in none. */
const wordInBrackets = (value: string): string | undefined =>
  /^\[(?:[^[\]{}]*,)?\s*["']?([^,[\]{}"']*)$/.exec(value)?.[1];

/**
 * What stands around a position, read from the lines above and below by their indentation. Of flow style only lists of
 * plain values on one line are read.
 */
export function cursorAt(text: TextView, { line, character }: Position): Cursor {
  const before = text.line(line).slice(0, character);
  const [, indent = '', dashes = '', rest = ''] = linePattern.exec(before) ?? [];
  const [, , key, value = ''] = keyPattern.exec(rest) ?? [];
  const typing: Cursor['typing'] = key === undefined ? { kind: 'key', item: dashes !== '' } : { kind: 'value', key };
  const climber = new Climber(line, text.lineCount, (at) => readLine(text.line(at)));
  const column = indent.length + dashes.length;
  const levels = climber.climb(column, dashes ? indent.length : undefined);
  const item = key === undefined ? undefined : wordInBrackets(value);
  if (item !== undefined) {
    return {
      levels: [...levels, { key, item: true, keys: new Map() }],
      typing: { kind: 'key', item: true },
      word: item,
    };
  }
  return { levels, typing, word: key === undefined ? rest : value.replace(/^["']/, '') };
}

/** Walks from a line up to the top of the file, one map at a time. */
class Climber {
  constructor(
    private readonly line: number,
    private readonly lineCount: number,
    private readonly read: (line: number) => Line | undefined,
  ) {}

  climb(column: number, dash: number | undefined): Level[] {
    const levels: Level[] = [];
    let at = this.line;
    let need = { column, dash };
    for (;;) {
      const level: Level = { key: undefined, item: need.dash !== undefined, keys: new Map() };
      levels.unshift(level);
      const start = this.siblings(at, need, level);
      const parent = this.parentOf(start.line, start.dash ?? need.column, start.dash !== undefined);
      if (!parent) return levels;
      level.key = parent.line.key;
      at = parent.at;
      need = { column: parent.line.column, dash: parent.line.dash };
    }
  }

  /** Collects the keys of the map that the line is in. @returns where the map starts, and its `-` if it has one. */
  private siblings(from: number, need: { column: number; dash: number | undefined }, level: Level) {
    this.note(this.read(from), need.column, level);
    for (let at = from + 1; at < this.lineCount; at++) {
      const line = this.read(at);
      if (line && (line.column < need.column || (line.dash !== undefined && line.dash < need.column))) break;
      this.note(line, need.column, level);
    }
    if (need.dash !== undefined) return { line: from, dash: need.dash };
    for (let at = from - 1; at >= 0; at--) {
      const line = this.read(at);
      if (!line) continue;
      if (line.column < need.column) return { line: at + 1, dash: undefined };
      this.note(line, need.column, level);
      if (line.column === need.column && line.dash !== undefined && line.dash < need.column) {
        level.item = true;
        return { line: at, dash: line.dash };
      }
    }
    return { line: 0, dash: undefined };
  }

  private note(line: Line | undefined, column: number, level: Level): void {
    if (line?.key !== undefined && line.column === column && !level.keys.has(line.key))
      level.keys.set(line.key, line.value);
  }

  /** The key that a map or a list hangs on: the nearest line above that is indented less (a list may be level with it). */
  private parentOf(from: number, column: number, list: boolean): { at: number; line: Line } | undefined {
    for (let at = from - 1; at >= 0; at--) {
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
