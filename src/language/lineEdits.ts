import type { TextEdit } from 'vscode-languageserver-types';

/** Lines to look ahead for where two texts meet again. */
const ahead = 400;

/** Edits of whole lines that make one text another: what stands in both is left alone, wherever it is found again soon. */
export function lineEdits(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const from = before.split(/(?<=\n)/);
  const to = after.split(/(?<=\n)/);
  let end = 0;
  while (end < from.length && end < to.length && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  const lastFrom = from.length - end;
  const lastTo = to.length - end;
  const edits: TextEdit[] = [];
  let [a, b] = [0, 0];
  while (a < lastFrom || b < lastTo) {
    if (a < lastFrom && b < lastTo && from[a] === to[b]) {
      a++;
      b++;
      continue;
    }
    const [nextA, nextB] = meeting(
      from.slice(a, Math.min(lastFrom, a + ahead)),
      to.slice(b, Math.min(lastTo, b + ahead)),
    );
    const [endA, endB] = nextA === undefined ? [lastFrom, lastTo] : [a + nextA, b + (nextB ?? 0)];
    edits.push(lineEdit(from, a, endA, to.slice(b, endB).join('')));
    [a, b] = [endA, endB];
  }
  return edits;
}

/** The nearest pair of lines, counted from both starts, that are the same and say something. */
function meeting(from: readonly string[], to: readonly string[]): [number, number] | [undefined, undefined] {
  const places = new Map<string, number>();
  for (let at = to.length - 1; at >= 0; at--) places.set(to[at] ?? '', at);
  let best: [number, number] | undefined;
  for (const [at, line] of from.entries()) {
    if (best && at >= best[0] + best[1]) break;
    const place = line.trim() === '' ? undefined : places.get(line);
    if (place !== undefined && (!best || at + place < best[0] + best[1])) best = [at, place];
  }
  return best ?? [undefined, undefined];
}

function lineEdit(lines: readonly string[], start: number, end: number, newText: string): TextEdit {
  const last = lines.length - 1;
  const place = (line: number): TextEdit['range']['start'] =>
    line > last && !(lines[last] ?? '').endsWith('\n')
      ? { line: last, character: (lines[last] ?? '').length }
      : { line, character: 0 };
  return { range: { start: place(start), end: place(end) }, newText };
}
