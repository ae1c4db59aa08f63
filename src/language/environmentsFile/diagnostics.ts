import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Diagnostic } from 'vscode-languageserver-types';
import { textFields } from '../../core/environmentFields.js';
import { defaultStoreName, parseEnvironmentsFile, type EnvironmentsFileProblem } from '../../core/environmentsFile.js';
import type { Path } from '../../schema/problem.js';
import type { KongDocument } from '../document.js';
import { ruleFaults } from '../rules.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import { childOf, valueOf, type MapNode, type Node, type ScalarNode, type Span } from '../tree.js';
import { checkAt, shapeAt } from './shapes.js';

/**
 * What is wrong with an environments file: each fault where it stands, and what reading the file complains of besides.
 * @param withSyntax false where somebody else says what is no YAML.
 */
export function environmentsDiagnostics(document: KongDocument, withSyntax: boolean): Diagnostic[] {
  const { root, lines, text, problems } = document;
  const faults = root ? [...faultsIn(root, []), ...unknownStores(root)] : [];
  const own = faults.map(({ at, ...rest }) => diagnostic(lines.range(at.start, at.end), rest));
  const { problems: all } = parseEnvironmentsFile(text, ruleFaults);
  const other = all.filter((problem) => !isSyntax(problem, document) && !isSaid(problem, own, document));
  const whole = other.map((problem) => {
    const start = { line: problem.line, character: problem.column };
    const end = lines.position(lines.lineEnd(problem.line));
    return diagnostic({ start, end }, { message: problem.message });
  });
  const syntax = withSyntax
    ? problems.map(({ start, end, message }) => diagnostic(lines.range(start, end), { message }))
    : [];
  return [...syntax, ...own, ...whole].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

/** By which an editor knows whose a diagnostic is. */
const ownSource = 'kong-environments';
export const isOurs = ({ source }: Diagnostic): boolean => source === ownSource;

interface Fault {
  at: Span;
  message: string;
  suggestions?: string[];
}

const diagnostic = (range: Diagnostic['range'], { message, suggestions }: Omit<Fault, 'at'>): Diagnostic => ({
  severity: DiagnosticSeverity.Error,
  source: ownSource,
  message,
  range,
  ...(suggestions && suggestions.length > 0 && { data: { suggestions } }),
});

/** Reading stops at the first fault of a field; here each is told, down to the deepest map that is known. */
function* faultsIn(node: Node, path: Path): Generator<Fault> {
  const shape = shapeAt(path);
  if (shape?.fields && node.type === 'map') {
    yield* faultsOfMap(node, path);
    return;
  }
  if (shape?.items?.shape?.fields && node.type === 'list') {
    for (const [index, item] of node.items.entries()) yield* faultsIn(item, [...path, index]);
    return;
  }
  // Of the top and its lists reading the file says it itself.
  if (path.length < 2) return;
  const isText = textFields.has(String(path[2])) && path.length === 3 && path[0] === 'environments';
  const value = valueOf(node);
  const message = checkAt(path)?.(isText && typeof value === 'number' ? String(value) : value);
  if (message === undefined) return;
  const suggestions = typeof value === 'string' ? suggest(value, (shape?.values ?? []).map(String)) : [];
  yield { at: node, message: message + didYouMean(suggestions), suggestions };
}

function* faultsOfMap(node: MapNode, path: Path): Generator<Fault> {
  const { fields = {}, needed = [] } = shapeAt(path) ?? {};
  for (const [key, { keySpan, value }] of node.entries) {
    if (Object.hasOwn(fields, key)) {
      yield* faultsIn(value, [...path, key]);
      continue;
    }
    const suggestions = suggest(key, Object.keys(fields));
    yield { at: keySpan, message: `There is no setting \`${key}\` here.${didYouMean(suggestions)}`, suggestions };
  }
  const [first] = node.entries.values();
  const missing = needed.filter((key) => !node.entries.has(key));
  if (missing.length > 0) yield { at: first?.keySpan ?? node, message: `It must have ${missing.join(' and ')}.` };
}

/** What the YAML parser says has its own place among the diagnostics. */
function isSyntax({ line }: EnvironmentsFileProblem, { problems, lines }: KongDocument): boolean {
  return problems.some(({ start, end }) => lines.position(start).line <= line && line <= lines.position(end).line);
}

/** Names of stores that no entry has. */
function* unknownStores(root: Node): Generator<Fault> {
  const stores = childOf(root, 'stores');
  const names = stores?.type === 'list' ? stores.items.map((item) => String(nameIn(item, 'name')?.value)) : [];
  const environments = childOf(root, 'environments');
  for (const item of environments?.type === 'list' ? environments.items : []) {
    const store = nameIn(item, 'store');
    if (!store) continue;
    const name = String(store.value);
    if (name === defaultStoreName || names.includes(name)) continue;
    const suggestions = suggest(name, names);
    yield { at: store, message: `\`stores\` holds no store \`${name}\`.${didYouMean(suggestions)}`, suggestions };
  }
}

function nameIn(item: Node, key: string): ScalarNode | undefined {
  const node = childOf(item, key);
  return node?.type === 'scalar' ? node : undefined;
}

/** What is about several entries is told whatever else is said of one of them. */
const aboutSeveral = /^There is another /;
/** Told where the name stands. */
const ofStores = /^The environment ".*" names the store "/;

/** Whether something is said already of the entry that a problem is in, from its `-` to the next. */
function isSaid(
  { line, message }: EnvironmentsFileProblem,
  said: readonly Diagnostic[],
  { root, lines }: KongDocument,
): boolean {
  if (ofStores.test(message)) return true;
  if (aboutSeveral.test(message)) return false;
  const spans =
    root?.type === 'map' ? [...root.entries.values()].flatMap(({ keySpan, value }) => partsOf(keySpan, value)) : [];
  const at = lines.lineEnd(line);
  const part = spans.findLast(({ start }) => start <= at);
  if (!part) return false;
  const [first, last] = [lines.position(part.start).line, lines.position(part.end).line];
  return said.some(({ range }) => first <= range.start.line && range.start.line <= last);
}

const partsOf = (key: Span, value: Node): Span[] =>
  value.type === 'list' && value.items.length > 0 ? value.items : [{ start: key.start, end: value.end }];
