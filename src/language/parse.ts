import { Composer, isAlias, isMap, isSeq, Lexer, Parser } from 'yaml';
import type { CST, Document as YamlDocument, Node as YamlNode, Pair, Scalar, YAMLError, YAMLMap } from 'yaml';
import { faultOfLargeText, tooLarge } from './largeText.js';
import { looseLexer } from './looseLexer.js';
import { readRegularYaml } from './regularYaml.js';
import type { RegularText } from './regularYaml.js';
import { resolvePlain, resolveTagged } from './scalars.js';
import type { SyntaxProblem } from './syntaxProblem.js';
import { putEntry } from './tree.js';
import { withoutQuotesInTemplates } from './templates.js';
import type { MapNode, Node, ScalarNode, Span } from './tree.js';

// The only file that knows the parser: everything else sees tree.ts.

export interface ParsedText {
  /** The first document; undefined when there is none or it holds nothing. */
  root: Node | undefined;
  problems: SyntaxProblem[];
  /** Where documents after the first start; Kong reads only the first. */
  furtherDocuments: Span[];
}

/** Deeper than any file that Kong takes, and far below what the parser's recursion can bear. */
const maximumDepth = 200;
/** Values that the aliases of a file may unfold to. */
const maximumUnfolded = 1_000_000;

/** Reads YAML (JSON is YAML) as Kong's reader does; goes on after errors as far as sense can be made of the text. */
export function parseText(text: string, json: boolean): ParsedText {
  const regular = json ? undefined : readInPieces(text);
  const parsed = regular ? { ...regular, furtherDocuments: [] } : parseAnyText(text, json);
  return (json ? undefined : readInAnyColumn(text, parsed.problems)) ?? parsed;
}

/**
 * Reads a text again in which quotes or brackets seem open, because lines inside of them start further out than YAML has it.
 * @returns undefined where something is wrong all the same: the strict reader makes more of a text with a slip in it.
 */
export function readInAnyColumn(text: string, problems: readonly SyntaxProblem[]): ParsedText | undefined {
  if (text.length > readInAnyColumnAtMost || !problems.some(({ message }) => /quote|`\[`/.test(message)))
    return undefined;
  const loose = parseAnyText(text, false, looseLexer());
  return loose.problems.length === 0 ? loose : undefined;
}

/** Characters. A text with an open quote is read twice. */
export const readInAnyColumnAtMost = 1_000_000;

/** Characters that pieces out of the ordinary may have together. */
const readInPiecesAtMost = 1_000_000;

/** Undefined too where so much is out of the ordinary that the full parser would take minutes. */
function readInPieces(text: string): RegularText | undefined {
  let left = readInPiecesAtMost;
  try {
    return readRegularYaml(text, (piece) => {
      left -= piece.length;
      if (left < 0) throw tooMuch;
      return parseAnyText(piece, false);
    });
  } catch (error) {
    if (error === tooMuch) return undefined;
    throw error;
  }
}

const tooMuch = Symbol('too much out of the ordinary');

/** Reads with the full parser, whatever the text. */
export function parseAnyText(text: string, json: boolean, lexer?: Lexer): ParsedText {
  // decK fills its templates in before it reads YAML, which knows nothing of their quotes.
  const filledIn = json || lexer ? text : withoutQuotesInTemplates(text);
  const other = filledIn === text ? undefined : parseExactly(filledIn, json, new Lexer());
  if (other?.problems.length === 0) return other;
  const parsed = parseExactly(text, json, lexer ?? new Lexer());
  return other && other.problems.length < parsed.problems.length ? other : parsed;
}

function parseExactly(text: string, json: boolean, lexer: Lexer): ParsedText {
  const tokens = faultOfLargeText(text, maximumDepth) ?? tokensOf(text, lexer);
  if (!Array.isArray(tokens)) return { root: undefined, problems: [tokens], furtherDocuments: [] };

  const options = {
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  const documents = withoutTraces(() => [...new Composer(options).compose(tokens, false, text.length)]);
  const first = documents[0];
  const reader = new TreeReader();
  const root = first?.contents ? reader.read(first.contents) : undefined;
  const problems = documents.flatMap((document) => firstOfEachLine(document.errors.map(syntaxProblem), text));
  if (root) for (const problem of problems) startAtQuote(problem, root, text);
  problems.push(...reader.problems);
  if (json || (problems.length > 0 && /^\s*\{/.test(text))) {
    const notJson = jsonProblem(text);
    if (!notJson && /^\s*\{/.test(text)) problems.length = 0;
    if (json && notJson && problems.length === 0) problems.push(notJson);
  }
  return {
    root: reader.broken ? undefined : root,
    problems,
    furtherDocuments: documents.slice(1).map(({ range }) => ({ start: range[0], end: range[1] })),
  };
}

/** The parser makes an error of each thing it finds, and to gather the calls that led there takes longer than all else. */
function withoutTraces(compose: () => YamlDocument[]): YamlDocument.Parsed[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return compose() as YamlDocument.Parsed[];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Kong tries JSON first, whose white space may hold tabs where YAML allows none. */
function jsonProblem(text: string): SyntaxProblem | undefined {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
    return undefined;
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const start = position === undefined ? Math.max(0, text.trimEnd().length - 1) : Number(position);
    const message = 'This is not JSON, and Kong reads a file named `.json` as nothing else.';
    return { code: 'yaml-syntax', message, start, end: start + 1 };
  }
}

/** Signs and words that the full parser makes a tree of in some seconds, in less than a gigabyte. */
const mostLexemes = 1_500_000;

/** Gives up where the text nests too deeply: to close what was opened takes the parser longer and longer. */
function tokensOf(text: string, lexer: Lexer): CST.Token[] | SyntaxProblem {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of lexer.lex(text)) {
    if (++count > mostLexemes) return tooLarge;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maximumDepth + 2) return deeperThan(maximumDepth, parser.offset);
  }
  for (const token of parser.end()) tokens.push(token);
  return tooDeep(tokens) ?? tokens;
}

const deeperThan = (depth: number, start: number): SyntaxProblem => {
  const message = `Nested more than ${depth} levels deep: no Kong file needs that, so the rest is not read.`;
  return { code: 'too-deep', message, start, end: start + 1 };
};

/** The parser recurses while composing: what is too deep for the stack must not get that far. */
function tooDeep(tokens: readonly CST.Token[]): SyntaxProblem | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (depth > maximumDepth) return deeperThan(maximumDepth, token.offset);
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth: depth + 1 });
    } else if ('items' in token) {
      for (const { key, value } of token.items) {
        if (key) open.push({ token: key, depth: depth + 1 });
        if (value) open.push({ token: value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

function syntaxProblem({ code, message, pos: [start, end] }: YAMLError): SyntaxProblem {
  const words = plainWords.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1];
  return { code: 'yaml-syntax', message: words ?? `${message}.`, start, end };
}

/** For the errors that everybody makes, words that say what to do. */
const plainWords: readonly [pattern: RegExp, words: string][] = [
  [/^TAB_AS_INDENT/, 'Tabs cannot indent in YAML: use spaces.'],
  [
    /^BLOCK_AS_IMPLICIT_KEY/,
    'A second `: ` on one line: quote the value, or indent the nested key on a line of its own.',
  ],
  [
    /^MULTILINE_IMPLICIT_KEY/,
    'A key stands on one line and ends with `:`. Is a `:` missing, or the indentation wrong?',
  ],
  [/^MISSING_CHAR Missing closing (["'])/, 'The quote that is opened here is never closed.'],
  [/^MISSING_CHAR Implicit map key|^MISSING_CHAR Implicit keys/, 'A `:` is missing after this key.'],
  [/^BAD_INDENT Flow/, 'A `[` or `{` before this is never closed, or what is in it is not indented enough.'],
  [/^BAD_INDENT/, 'Wrong indentation: the lines of one list or map start in the same column.'],
  [/^BAD_SCALAR_START/, 'A value cannot start with this character unless it is quoted.'],
  [/block-seq-ind on same line/, "A list's first `- ` stands on the line after its key."],
  [
    /^UNEXPECTED_TOKEN .*(block-seq-ind|map-value-ind|at node end|in YAML stream)/,
    'This does not belong here: is the indentation wrong?',
  ],
];

/** A quote that is never closed is missed at the end of the text: the place to look at is where it opens. */
function startAtQuote(problem: SyntaxProblem, root: Node, text: string): void {
  if (!problem.message.startsWith('The quote')) return;
  let node: Node | undefined = root;
  while (node && node.type !== 'scalar') {
    node = node.type === 'list' ? node.items.at(-1) : [...node.entries.values()].at(-1)?.value;
  }
  if (node && /["']/.test(text[node.start] ?? '')) {
    problem.start = node.start;
    problem.end = node.start + 1;
  }
}

/** One slip sets off many errors: the first of each line tells it. */
function firstOfEachLine(problems: SyntaxProblem[], text: string): SyntaxProblem[] {
  let end = -1;
  return problems.filter(({ start }) => {
    if (start <= end) return false;
    const lineBreak = text.indexOf('\n', start);
    end = lineBreak < 0 ? text.length : lineBreak;
    return true;
  });
}

/** What a node holds once its aliases are unfolded. */
interface Extent {
  size: number;
  /** Levels below the node. */
  height: number;
}

class TreeReader {
  readonly problems: SyntaxProblem[] = [];
  /** True when the tree must not be walked: it never ends, or not in a lifetime. */
  broken = false;
  private readonly anchors = new Map<string, { node: Node; extent?: Extent }>();
  private size = 0;
  private unfolded = 0;
  private level = 0;
  private deepest = 0;

  read(node: YamlNode | null | undefined, at = 0): Node {
    this.size++;
    if (!node) return { type: 'scalar', value: null, style: 'plain', start: at, end: at };
    if (isAlias(node)) return this.alias(node.source, spanOf(node));
    const before = { size: this.size, deepest: this.deepest };
    this.deepest = ++this.level;
    const result = this.start(node);
    const anchor: { node: Node; extent?: Extent } = { node: result };
    if (node.anchor) this.anchors.set(node.anchor, anchor);
    if (isSeq(node) && result.type === 'list') {
      for (const item of node.items) result.items.push(this.read(item as YamlNode, result.end));
      if (!result.flow) endWith(result, node.items.at(-1) as YamlNode | null, result.items.at(-1));
    }
    if (isMap(node) && result.type === 'map') anchor.node = this.fill(node, result);
    anchor.extent = { size: this.size - before.size, height: this.deepest - this.level };
    this.level--;
    this.deepest = Math.max(before.deepest, this.deepest);
    return anchor.node;
  }

  private start(node: YamlNode): Node {
    const span = spanOf(node);
    if (isMap(node)) return { type: 'map', ...span, entries: new Map(), overridden: [], flow: node.flow === true };
    if (isSeq(node)) return { type: 'list', ...span, items: [], flow: node.flow === true };
    return this.scalar(node as Scalar, span);
  }

  private scalar(node: Scalar, span: Span): ScalarNode {
    const text = String(node.value ?? '');
    const plain = node.type === 'PLAIN' || node.type === undefined;
    const style = plain ? 'plain' : node.type?.startsWith('BLOCK') ? 'block' : 'quoted';
    let value: ScalarNode['value'] | undefined = plain ? resolvePlain(text) : text;
    if (node.tag) value = resolveTagged(node.tag, text, plain);
    if (value === undefined) {
      this.problem('yaml-syntax', `This value is not what its tag \`${node.tag}\` says.`, span);
    }
    return { type: 'scalar', value: value ?? null, style, ...span };
  }

  private alias(name: string, span: Span): Node {
    const target = this.anchors.get(name);
    if (!target) {
      this.problem('yaml-syntax', `No anchor \`&${name}\` stands before this alias.`, span);
    } else if (!target.extent) {
      this.problem('alias-cycle', `\`*${name}\` stands inside what it names: that never ends.`, span);
    } else {
      this.size += target.extent.size;
      this.unfolded += target.extent.size;
      this.deepest = Math.max(this.deepest, this.level + target.extent.height);
      if (this.unfolded > maximumUnfolded || this.deepest > maximumDepth) {
        this.problem('alias-bomb', 'The aliases of this file unfold to more than any gateway could hold.', span);
      }
      return target.node;
    }
    return { type: 'scalar', value: null, style: 'plain', ...span };
  }

  private problem(code: SyntaxProblem['code'], message: string, span: Span): void {
    // A bomb goes off at many places; the first says it all.
    if (code !== 'yaml-syntax' && this.broken) return;
    this.broken ||= code !== 'yaml-syntax';
    this.problems.push({ code, message, start: span.start, end: span.end });
  }

  private fill(node: YAMLMap, map: MapNode): Node {
    const merges: { key: Span; value: Node }[] = [];
    let numbered = node.items.length > 0;
    let lastValue: Node | undefined;
    for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
      const key = this.read(pair.key, map.end);
      const value = (lastValue = this.read(pair.value, key.end));
      numbered &&= key.type === 'scalar' && typeof key.value === 'number';
      // `? [a]: b` is a key that Kong reads but that no schema knows.
      const name = key.type === 'scalar' ? String(key.value ?? '') : '[complex key]';
      const keySpan = { start: key.start, end: key.end };
      if (name === '<<') merges.push({ key: keySpan, value });
      else putEntry(map, { key: name, keySpan, value });
    }
    const last = node.items.at(-1) as Pair<YamlNode, YamlNode | null> | undefined;
    if (!map.flow) endWith(map, last?.value, lastValue);
    for (const { key, value } of merges) this.merge(map, key, value);
    return (numbered && asList(map)) || map;
  }

  /** An entry of the map itself wins over a merged one, wherever it stands; the first merge wins over later ones. */
  private merge(map: MapNode, key: Span, value: Node): void {
    for (const source of value.type === 'list' ? value.items : [value]) {
      if (source.type === 'map') {
        for (const [name, entry] of source.entries) if (!map.entries.has(name)) map.entries.set(name, entry);
      } else {
        this.problem('yaml-syntax', '`<<` merges maps only.', key);
      }
    }
  }
}

/** Ends a block where its last value does: the parser counts comments behind it in. */
function endWith(block: Span, written: YamlNode | null | undefined, value: Node | undefined): void {
  if (!written || !value) return;
  // An alias ends where it is written, not where its anchor does.
  block.end = isAlias(written) ? spanOf(written).end : value.end;
}

/** A map with the keys 1, 2, 3 … is a list to Lua, and so to Kong. */
function asList(map: MapNode): Node | undefined {
  if (!map.entries.has('1')) return undefined;
  const items: Node[] = [];
  for (let key = 1; key <= map.entries.size; key++) {
    const entry = map.entries.get(String(key));
    if (!entry) return undefined;
    items.push(entry.value);
  }
  return { type: 'list', start: map.start, end: map.end, items, flow: map.flow };
}

function spanOf(node: YamlNode): Span {
  const [start, end] = node.range ?? [0, 0, 0];
  return { start, end };
}
