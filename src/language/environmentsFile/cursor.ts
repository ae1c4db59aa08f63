import type { Path } from '../../schema/problem.js';
import type { Position } from '../diagnostic.js';
import type { LineIndex } from '../lineIndex.js';

/** What is typed at a position, as the lines above it say: text that is being typed is seldom YAML. */
export interface TypedPlace {
  /** Of the map or list that is typed in. */
  path: Path;
  /** The key whose value is typed; undefined where a key or an item is. */
  key: string | undefined;
  /** True behind `- `. */
  item: boolean;
  /** What is typed so far, up to the cursor. */
  word: string;
  /** Keys of the map that are there already. */
  present: Set<string>;
}

interface Line {
  indent: number;
  /** Column of what stands behind the dashes. */
  column: number;
  dash: boolean;
  key: string | undefined;
  rest: string;
}

const pattern = /^(\s*)((?:-\s+|-$)*)(?:(["']?)([\w-]+)\3\s*:(?:\s+|$))?(.*)$/;

function readLine(text: string): Line | undefined {
  const [, blanks = '', dashes = '', , key, rest = ''] = pattern.exec(text) ?? [];
  if (/^\s*(#.*)?$/.test(text)) return undefined;
  return { indent: blanks.length, column: blanks.length + dashes.length, dash: dashes !== '', key, rest };
}

/** @returns undefined in a comment. */
export function typedPlace(text: string, lines: LineIndex, { line, character }: Position): TypedPlace | undefined {
  const lineText = (at: number): string => text.slice(lines.lineStart(at), lines.lineEnd(at));
  const before = lineText(line).slice(0, character);
  if (/(^|\s)#/.test(before)) return undefined;
  const own = readLine(before);
  const [, blanks = '', dashes = ''] = pattern.exec(before) ?? [];
  const column = own?.column ?? blanks.length + dashes.length;
  const dash = own?.dash ?? dashes !== '';
  const present = new Set<string>();
  const path: (string | number)[] = dash ? [0] : [];
  let need = dash ? (own?.indent ?? 0) : column;
  let isItem = dash;
  for (let at = line - 1; at >= 0 && (need > 0 || isItem); at--) {
    const above = readLine(lineText(at));
    if (!above) continue;
    if (above.column === column && above.key !== undefined && path.length === 0) present.add(above.key);
    if (!isItem && above.dash && above.column === need && above.indent < need) {
      path.unshift(0);
      need = above.indent;
      isItem = true;
    } else if (above.key !== undefined && (above.column < need || (isItem && !above.dash && above.column === need))) {
      path.unshift(above.key);
      need = above.dash ? above.indent : above.column;
      isItem = above.dash;
      if (above.dash) path.unshift(0);
    }
  }
  for (const below of siblingsBelow(lineText, { line, column, count: lines.lineCount })) present.add(below);
  return { path, key: own?.key, item: dash, word: (own?.rest ?? '').trimStart(), present };
}

function* siblingsBelow(
  lineText: (line: number) => string,
  { line, column, count }: { line: number; column: number; count: number },
): Generator<string> {
  for (let at = line + 1; at < count; at++) {
    const below = readLine(lineText(at));
    if (!below) continue;
    if (below.column < column || (below.dash && below.indent < column)) return;
    if (below.column === column && below.key !== undefined) yield below.key;
  }
}
