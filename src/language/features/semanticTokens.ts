import type { SemanticTokens, SemanticTokensLegend } from 'vscode-languageserver-types';
import type { Range } from '../diagnostic.js';
import { entityNodesIn, overlaps, partsIn, spanOf } from '../entityNodes.js';
import { isLoose, nameFieldOf, referencesOf } from '../entityReferences.js';
import { declarationsOf } from '../occurrences.js';
import type { OpenDocument } from '../openDocument.js';
import type { Steps } from '../steps.js';
import { nodeAt, type Node, type ScalarNode, type Span } from '../tree.js';

/** Names of types that any editor colours. */
const types = ['class', 'variable', 'macro', 'regexp', 'property', 'operator'] as const;
type TokenType = (typeof types)[number];

export const semanticTokensLegend: SemanticTokensLegend = { tokenTypes: [...types], tokenModifiers: ['declaration'] };

/** Characters: of a larger file only what is on the screen is coloured. */
const mostAtOnce = 1_000_000;

/**
 * What only the meaning of a file tells: names of entities and references to them, templates that decK or a vault fills in,
 * regular expressions in paths, fields and operators of router expressions.
 * @param range what is on the screen; the whole file when absent.
 * @returns undefined for a whole file that is large, of which editors ask for the screen alone.
 */
export function* semanticTokens(document: OpenDocument, range?: Range): Steps<SemanticTokens | undefined> {
  if (!range && document.text.length > mostAtOnce) return undefined;
  const { text } = document;
  const asked = range ?? { start: { line: 0, character: 0 }, end: text.position(text.length) };
  const finder = new TokenFinder(document, spanOf(document, asked));
  for (const { kind, node, value } of entityNodesIn(document, asked)) {
    finder.add(node.entries.get(nameFieldOf(document.facts, kind))?.value, 'class', true);
    for (const { kind: to, name, path } of referencesOf({ kind, value }, document.facts)) {
      const isReference = !isLoose(kind, path) || declarationsOf(document, { kind: to, name }).length > 0;
      if (isReference) finder.add(nodeAt(node, path), 'variable');
    }
    if (kind === 'routes') finder.addRoute(node);
    yield;
  }
  for (const { node } of partsIn(document, asked)) {
    finder.addTemplates(node);
    yield;
  }
  return { data: encoded(document, finder.tokens) };
}

interface Token extends Span {
  type: TokenType;
  isDeclaration: boolean;
}

const template = /\$\{\{[^}\n]{0,500}\}\}|\{vault:\/\/[^}\s]{1,500}\}/g;
/** What stands in router expressions, strings first so that nothing in them counts. */
const expression =
  /("(?:[^"\\]|\\.)*"|r#"[^]*?"#)|((?:http|net|tls)\.[\w.*-]+)|(==|!=|\^=|=\^|~|>=|<=|>|<|&&|\|\||!|\b(?:in|not in|contains)\b)/g;

class TokenFinder {
  readonly tokens: Token[] = [];

  constructor(
    private readonly document: OpenDocument,
    private readonly asked: Span,
  ) {}

  add(node: Node | undefined, type: TokenType, isDeclaration = false): void {
    if (node?.type !== 'scalar' || typeof node.value !== 'string' || node.style === 'block') return;
    const quotes = node.style === 'quoted' ? 1 : 0;
    const span = { start: node.start + quotes, end: node.end - quotes };
    if (span.end > span.start && overlaps(span, this.asked)) this.tokens.push({ ...span, type, isDeclaration });
  }

  addRoute(route: Node): void {
    const paths = nodeAt(route, ['paths']);
    for (const path of paths?.type === 'list' ? paths.items : []) {
      if (path.type === 'scalar' && typeof path.value === 'string' && path.value.startsWith('~')) {
        this.add(path, 'regexp');
      }
    }
    const node = nodeAt(route, ['expression']);
    if (node?.type === 'scalar') this.addExpression(node);
  }

  private addExpression(node: ScalarNode): void {
    for (const { index, 0: whole, 2: field, 3: operator } of this.textOf(node).matchAll(expression)) {
      const type = field === undefined ? (operator === undefined ? undefined : 'operator') : 'property';
      if (type) this.addPart(node, index, whole.length, type);
    }
  }

  addTemplates(node: Node): void {
    if (!overlaps(node, this.asked)) return;
    if (node.type === 'list') for (const item of node.items) this.addTemplates(item);
    if (node.type === 'map') for (const { value } of node.entries.values()) this.addTemplates(value);
    if (node.type !== 'scalar' || typeof node.value !== 'string' || !node.value.includes('{')) return;
    for (const { index, 0: whole } of this.textOf(node).matchAll(template)) {
      this.addPart(node, index, whole.length, 'macro');
    }
  }

  private addPart(node: Node, index: number, length: number, type: TokenType): void {
    const start = node.start + index;
    const span = { start, end: start + length };
    if (overlaps(span, this.asked)) this.tokens.push({ ...span, type, isDeclaration: false });
  }

  private textOf({ start, end }: Span): string {
    return this.document.text.slice(start, end);
  }
}

/** In the order of the text, none over another, each as its distance from the one before. */
function encoded({ text }: OpenDocument, tokens: readonly Token[]): number[] {
  const data: number[] = [];
  let [line, character, end] = [0, 0, 0];
  // Templates go before the names that they stand in.
  const rank = ({ type }: Token): number => (type === 'macro' ? 0 : 1);
  const sorted = [...tokens].sort((a, b) => a.start - b.start || rank(a) - rank(b));
  for (const { start, end: to, type, isDeclaration } of sorted) {
    if (start < end) continue;
    const at = text.position(start);
    if (text.position(to).line !== at.line) continue;
    const behind = at.line === line ? at.character - character : at.character;
    data.push(at.line - line, behind, to - start, types.indexOf(type), isDeclaration ? 1 : 0);
    [line, character, end] = [at.line, at.character, to];
  }
  return data;
}
