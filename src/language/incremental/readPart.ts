import type { Json } from '../../core/json.js';
import { strangeCharacter } from '../textFaults.js';
import { parseAnyText, parseText, readInAnyColumn } from '../parse.js';
import { isIrregular, readRegularValue } from '../regularValue.js';
import type { SyntaxProblem } from '../syntaxProblem.js';
import { childOf, valueOf, type Node } from '../tree.js';
import type { Part } from './part.js';
import { onlyWhole } from './splitText.js';

/** What a part says, by itself. Places are offsets into the part. */
export interface PartReading {
  problems: readonly SyntaxProblem[];
  /** Read by the full parser, which is slow. */
  slowly: boolean;
  /** It has aliases, and no anchors: none of them names anything, unless another part has anchors. */
  aliases?: true;
  /** Whether keys may stand twice in a map. */
  repeats: boolean;
  /** Of the item, or of the entry's value. Null for a head whose items are parts of their own. */
  value: Json;
  /** Made when somebody asks; see `treeOf`. */
  tree?: PartTree;
}

export interface PartTree {
  /** Of the item, or of the entry's value; undefined for a head whose items are parts of their own. */
  node: Node | undefined;
  /** Where its nodes take the part to start. */
  base: number;
}

/** What an anchor or alias starts with. */
export const knot = /(?:^|[\s,[{:-])[&*]\S/m;
/** What may be an anchor. */
export const anchor = /(?:^|[\s,[{:-])&\S/m;
const beyondAscii = /[^\n -~]/;
/** Characters that the full parser is given, of all parts together, with what each costs by itself. */
export const mostTolerantly = 1_000_000;
/** As many characters as could be read in the time that it takes to begin with a part. */
const beginning = 500;

export const costOf = ({ text }: Part): number => text.length + beginning;
const longestLine = 4_000_000;

/** @throws `onlyWhole` where it depends on other parts. */
export function readPart(part: Part): PartReading {
  const { text, role } = part;
  if (text.length > longestLine) throw onlyWhole;
  if (beyondAscii.test(text) && (strangeCharacter(text) ?? isIrregular(text))) throw onlyWhole;
  if (role === 'prologue') return { problems: [], slowly: false, repeats: false, value: null };
  if (role === 'stray') return readStray(part);
  const reading = readRegular(part) ?? readTolerantly(part);
  return part.resumes ? { ...reading, problems: [...reading.problems, misplaced(text)] } : reading;
}

function readRegular(part: Part): PartReading | undefined {
  const { role, text, section } = part;
  const isItem = role === 'item';
  const read = readRegularValue(leadOf(part) + text, false);
  if (!read) return undefined;
  const value = read.value[isItem ? 'k' : (section?.key ?? '')] as Json;
  if (isItem && !(Array.isArray(value) && value.length === 1)) throw onlyWhole;
  const repeats = read.repeatedKeys.length > 0;
  return { problems: [], slowly: false, repeats, value: isItem ? ((value as Json[])[0] as Json) : value };
}

function readTolerantly(part: Part): PartReading {
  const { text } = part;
  if (text.length > mostTolerantly || anchor.test(text)) throw onlyWhole;
  const before = leadOf(part);
  const strict = parseAnyText(before + text, false);
  const { root, problems, furtherDocuments } = readInAnyColumn(before + text, strict.problems) ?? strict;
  if (furtherDocuments.length > 0 || problems.some(({ code }) => code !== 'yaml-syntax')) throw onlyWhole;
  const tree = problems.length > 0 ? spoiltTreeIn(part, root) : treeIn(part, root);
  if (!tree.node) throw onlyWhole;
  const own = problems.map(({ start, end, ...said }) => ({
    ...said,
    start: Math.max(0, start - before.length),
    end: Math.max(1, end - before.length),
  }));
  const aliases = knot.test(text) && { aliases: true as const };
  return { problems: own, slowly: true, repeats: true, value: valueOf(tree.node), tree, ...aliases };
}

/** Stands in for the key that an item's list belongs to: what may be in the item depends on there being one. */
const lead = 'k:\n';
const leadOf = ({ role }: Part): string => (role === 'item' ? lead : '');

function treeIn(part: Part, root: Node | undefined): PartTree {
  if (root?.type !== 'map' || root.flow || root.entries.size !== 1 || root.overridden.length) throw onlyWhole;
  const entry = root.entries.get(part.role === 'item' ? 'k' : (part.section?.key ?? ''));
  if (!entry) throw onlyWhole;
  if (part.role !== 'item') return { node: entry.value, base: 0 };
  const { value } = entry;
  if (value.type !== 'list' || value.flow || value.items.length !== 1) throw onlyWhole;
  return { node: value.items[0], base: lead.length };
}

/** What is left of a part with errors: the parser may have taken some of it for something that stands behind it. */
function spoiltTreeIn({ role, section }: Part, root: Node | undefined): PartTree {
  const value = root && childOf(root, role === 'item' ? 'k' : (section?.key ?? ''));
  const node = role === 'item' ? childOf(value, 0) : value;
  const base = role === 'item' ? lead.length : 0;
  return { node: node ?? { type: 'scalar', value: null, style: 'plain', start: base, end: base }, base };
}

/** The nodes of a part that was read. */
export function treeOf(part: Part): PartTree {
  const reading = (part.reading ??= readPart(part));
  return (reading.tree ??= treeIn(part, parseText(leadOf(part) + part.text, false).root));
}

const firstWord = /[^\s].*\S|\S/;

function readStray({ text }: Part): PartReading {
  const match = firstWord.exec(text);
  if (!match) throw onlyWhole;
  const start = match.index;
  const message =
    start === 0
      ? 'A `:` is missing after this key.'
      : 'Wrong indentation: the lines of one list or map start in the same column.';
  const problem: SyntaxProblem = { code: 'yaml-syntax', message, start, end: start + match[0].length };
  return { problems: [problem], slowly: false, repeats: false, value: null };
}

function misplaced(text: string): SyntaxProblem {
  const start = text.indexOf('-');
  const message = 'This does not belong here: is the indentation wrong?';
  return { code: 'yaml-syntax', message, start, end: start + 1 };
}
