import { FoldingRangeKind, SymbolKind } from 'vscode-languageserver-types';
import type { DocumentSymbol, FoldingRange } from 'vscode-languageserver-types';
import type { ConfFile, ConfHeading, ConfProperty } from './confFile.js';
import { propertyOf, type KongConfFacts } from './facts.js';

/** The properties, below the headings that stand in comments. Secrets are not shown. */
export function confSymbols(file: ConfFile, facts: KongConfFacts): DocumentSymbol[] {
  const symbols = file.headings.map((heading, index) => headingSymbol(file, heading, file.headings[index + 1]));
  const above: DocumentSymbol[] = [];
  for (const property of file.properties) {
    const index = file.headings.findLastIndex(({ start }) => start < property.start);
    const list = index < 0 ? above : symbols[index]?.children;
    list?.push(propertySymbol(file, property, facts));
  }
  return [...above, ...symbols.filter(({ children }) => children?.length)];
}

function headingSymbol(file: ConfFile, heading: ConfHeading, next: ConfHeading | undefined): DocumentSymbol {
  return {
    name: heading.title,
    kind: SymbolKind.Namespace,
    range: file.lines.range(heading.start, next ? next.start - 1 : file.text.length),
    selectionRange: file.lines.range(heading.start, heading.end),
    children: [],
  };
}

function propertySymbol({ lines }: ConfFile, property: ConfProperty, facts: KongConfFacts): DocumentSymbol {
  const { name, text, key, start, end } = property;
  return {
    name,
    detail: propertyOf(facts, name)?.secret ? '' : text,
    kind: SymbolKind.Property,
    range: lines.range(start, end),
    selectionRange: lines.range(key.start, key.end),
  };
}

/** Sections below headings, and comments of several lines. */
export function confFoldingRanges({ text, lines, headings }: ConfFile): FoldingRange[] {
  const starts = headings.map(({ start }) => lines.position(start).line);
  const ranges: FoldingRange[] = starts.map((startLine, index) => {
    const next = starts[index + 1];
    return { startLine, endLine: next === undefined ? lines.lineCount - 1 : next - 2 };
  });
  let first: number | undefined;
  for (let line = 0; line <= lines.lineCount; line++) {
    const isComment = line < lines.lineCount && /^\s*#/.test(text.slice(lines.lineStart(line), lines.lineEnd(line)));
    if (isComment) first ??= line;
    else if (first !== undefined) {
      if (line - first > 2 && !starts.some((start) => start >= (first ?? 0) && start < line)) {
        ranges.push({ startLine: first, endLine: line - 1, kind: FoldingRangeKind.Comment });
      }
      first = undefined;
    }
  }
  return ranges.filter(({ startLine, endLine }) => endLine > startLine);
}
