import type { Range } from '../diagnostic.js';
import { isOdd, type CutText } from './cutText.js';
import type { Flow, Part, Section } from './part.js';
import { sectionsOf, type PartList } from './partList.js';
import { nowhere, onlyWhole, Splitter } from './splitText.js';

/** Offset of a position; past the end of a line or of the text that end. */
export function offsetAt(list: PartList, { line, character }: Range['start']): number {
  if (line < 0) return 0;
  if (line > list.breaks) return list.length;
  const found = list.atLine(line);
  if (!found) return 0;
  const { part, standing } = found;
  return standing.offset + part.lines.offset({ line: line - standing.line, character: Math.max(0, character) });
}

export function positionAt(list: PartList, offset: number): Range['start'] {
  const found = list.atOffset(Math.max(0, offset));
  if (!found) return { line: 0, character: 0 };
  const { line, character } = found.part.lines.position(offset - found.standing.offset);
  return { line: line + found.standing.line, character };
}

/** What an edit took out and put in. */
export interface Edited {
  /** False where the text can no longer be read by its parts, though they hold it as it is now. */
  isRead: boolean;
  removed: readonly Part[];
  added: readonly Part[];
}

/**
 * Puts a text in place of another. Only around the edit is cut anew, as far as what follows means something else than before.
 *
 * @throws `onlyWhole` where it cannot be cut: then the parts hold the text as it was.
 */
export function editText(cut: CutText, start: number, end: number, text: string): Edited {
  const { list } = cut;
  const from = list.atOffset(start);
  const to = list.atOffset(end);
  if (!from || !to) throw onlyWhole;
  const head = list.at(from.standing.ordinal - 1);
  // An edit of the line that a part starts with may make it go on with the part before.
  const isFirstLine = start - from.standing.offset <= from.part.lines.lineEnd(0);
  const first = from.standing.ordinal - (isFirstLine && head ? 1 : 0);
  const lead = isFirstLine && head ? head.text : '';
  const region =
    lead + from.part.text.slice(0, start - from.standing.offset) + text + to.part.text.slice(end - to.standing.offset);
  const { parts, count } = cutAgain(list, first, to.standing.ordinal, region);
  return putIn(cut, first, count, parts);
}

/** Cuts a region, and on behind it until what follows stands as it stood. */
function cutAgain(list: PartList, first: number, last: number, region: string): { parts: Part[]; count: number } {
  const known = new Map<string, Section>();
  const remember = (part: Part | undefined): void => {
    if (part?.role === 'head' && part.section) known.set(part.section.key, part.section);
  };
  for (let ordinal = first; ordinal <= last; ordinal++) remember(list.at(ordinal));
  const splitter = new Splitter(list.at(first - 1)?.after ?? nowhere, known);
  splitter.push(region);
  for (;;) {
    const before = list.at(last);
    const next = list.at(last + 1);
    if (!next || (before && isSameFlow(splitter.flow, before.after))) break;
    remember(next);
    splitter.push(next.text);
    last++;
  }
  return { parts: splitter.end(), count: last - first + 1 };
}

function putIn(cut: CutText, first: number, count: number, parts: Part[]): Edited {
  const { list } = cut;
  const old: Part[] = [];
  for (let ordinal = first; ordinal < first + count; ordinal++) old.push(list.at(ordinal) as Part);
  let same = 0;
  while (same < old.length && same < parts.length && isSame(old[same], parts[same])) keep(old[same++]);
  let tail = 0;
  while (tail < old.length - same && tail < parts.length - same && isSame(old.at(-1 - tail), parts.at(-1 - tail))) {
    keep(old.at(-1 - tail++));
  }
  const removed = old.slice(same, old.length - tail);
  const added = parts.slice(same, parts.length - tail);
  list.replace(first + same, removed.length, added);
  cut.odd += added.filter(isOdd).length - removed.filter(isOdd).length;
  return { isRead: countItems(cut, removed, added), removed, added };
}

/** The head that is kept is the one that its section knows. */
function keep(part: Part | undefined): void {
  if (part?.role === 'head' && part.section) part.section.head = part;
}

function countItems(cut: CutText, removed: readonly Part[], added: readonly Part[]): boolean {
  if ([...removed, ...added].some(({ role }) => role === 'head')) {
    const sections = sectionsOf(cut.list);
    if (!sections || sections.size === 0) return false;
    cut.sections = sections;
    return true;
  }
  for (const { role, section } of removed) if (role === 'item' && section) section.items--;
  for (const { role, section } of added) if (role === 'item' && section) section.items++;
  return true;
}

function isSame(a: Part | undefined, b: Part | undefined): boolean {
  if (!a || !b) return false;
  return (
    a.role === b.role &&
    a.section === b.section &&
    a.resumes === b.resumes &&
    a.text === b.text &&
    isSameFlow(a.after, b.after)
  );
}

function isSameFlow(a: Flow | undefined, b: Flow | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  return a.section === b.section && a.empty === b.empty && a.column === b.column && isSameFlow(a.before, b.before);
}
