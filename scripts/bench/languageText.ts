import type { Position, Range } from 'vscode-languageserver-protocol';
import pems from '../../src/practice/believablePems.json';
import { FileWriter } from './generateFile.js';
import type { TextEditOfKey } from './languageClient.js';

const pair = Object.values(pems).find((each): each is { cert: string; key: string } => 'key' in each)!;

/** A text with the lines where somebody might type, spread over all of it. */
export interface BenchText {
  text: string;
  lines: readonly string[];
  /** Lines of services: `connect_timeout: 60000`, `name: …`, `retries: 5`, and the `host: …` of those whose host is an upstream. */
  places: Record<'number' | 'name' | 'field' | 'host', readonly number[]>;
}

export function benchText(entities: number): BenchText {
  const { text } = new FileWriter({ entities, ids: false, format: '3.0', pair }).write();
  const lines = text.split('\n');
  const spread = (pattern: RegExp): number[] => {
    const found = lines.flatMap((line, at) => (pattern.test(line) ? [at] : []));
    const wanted = Math.min(found.length, mostPlaces);
    return Array.from({ length: wanted }, (_, index) => found[Math.floor((index * found.length) / wanted)]!);
  };
  const places = {
    number: spread(/^- connect_timeout: 60000$/),
    name: spread(/^ {2}name: (?!upstream)\S+$/),
    field: spread(/^ {2}retries: 5$/),
    host: spread(/^ {2}host: upstream-/),
  };
  return { text, lines, places };
}

const mostPlaces = 50;

const at = (line: number, character: number): Range => {
  const position: Position = { line, character };
  return { start: position, end: position };
};

/** Behind a line. */
export const put = ({ lines }: BenchText, line: number, behind: number, text: string): TextEditOfKey => ({
  range: at(line, lines[line]!.length + behind),
  text,
});

export const remove = (text: BenchText, line: number, behind: number, length: number): TextEditOfKey => {
  const { start } = put(text, line, behind, '').range;
  return { range: { start, end: { line, character: start.character + length } }, text: '' };
};

/** Keys that change a number, break it and mend it again. */
export function keysInNumber(text: BenchText, line: number): TextEditOfKey[] {
  return [put(text, line, 0, '0'), put(text, line, 1, 'x'), remove(text, line, 1, 1), remove(text, line, 0, 1)];
}

/** Keys that give an entity another name, and back. */
export function keysInName(text: BenchText, line: number): TextEditOfKey[] {
  return [put(text, line, 0, 'a'), put(text, line, 1, 'b'), remove(text, line, 1, 1), remove(text, line, 0, 1)];
}

/** Keys that write a field on a line of its own, which is taken out at once. */
export function keysOfField(text: BenchText, line: number): TextEditOfKey[] {
  const key = (character: number, typed: string): TextEditOfKey => ({ range: at(line + 1, character), text: typed });
  const { start } = put(text, line, 0, '').range;
  return [
    put(text, line, 0, '\n  '),
    ...[...'path: /a'].map((typed, index) => key(2 + index, typed)),
    { range: { start, end: { line: line + 1, character: 10 } }, text: '' },
  ];
}

/** Edits by which a text is read otherwise, each with what undoes it. */
export function structuralEdits(text: BenchText): { name: string; edit: TextEditOfKey; undo: TextEditOfKey }[] {
  const middle = <T>(list: readonly T[]): T => list[list.length >> 1]!;
  const { name, field, number } = text.places;
  const [line, below, item] = [middle(name), middle(field), middle(number)];
  const behindKey = text.lines[line]!.indexOf(':') + 2;
  const next = text.lines.findIndex((each, index) => index > item && /^[a-z_]+:/.test(each));
  const pasted = `${text.lines.slice(item, Math.min(next, item + 1000)).join('\n')}\n`;
  const count = pasted.split('\n').length - 1;
  const [first = 0] = number;
  return [
    { name: 'open quote', edit: { range: at(line, behindKey), text: '"' }, undo: cut(line, behindKey, 1) },
    { name: 'open bracket', edit: { range: at(line, behindKey), text: '[' }, undo: cut(line, behindKey, 1) },
    { name: 'indent', edit: { range: at(below, 0), text: '  ' }, undo: cut(below, 0, 2) },
    { name: 'block scalar', edit: { range: at(line, behindKey), text: '|' }, undo: cut(line, behindKey, 1) },
    { name: 'outdent an item', edit: { range: at(item, 0), text: ' ' }, undo: cut(item, 0, 1) },
    {
      name: `paste ${count.toLocaleString('en')} lines`,
      edit: { range: at(first, 0), text: pasted },
      undo: { range: { start: { line: first, character: 0 }, end: { line: first + count, character: 0 } }, text: '' },
    },
  ];
}

const cut = (line: number, character: number, length: number): TextEditOfKey => ({
  range: { start: { line, character }, end: { line, character: character + length } },
  text: '',
});
