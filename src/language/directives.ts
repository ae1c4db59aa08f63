import { knownCodes } from './diagnosticCodes.js';
import type { FileKind } from './fileKind.js';
import { LineIndex } from './lineIndex.js';
import { suggest } from '../core/suggest.js';
import type { Span } from './tree.js';

/** What a file's own `# kong-backup: …` comments say. */
export interface Directives {
  /** `gateway-version=3.4`: the gateway that the file is for. */
  gatewayVersion?: string;
  /** `format=dbless`: the format, where it can't be told by content. */
  kind?: FileKind;
  /** `ignore-file CODE`. */
  ignoredInFile: ReadonlySet<string>;
  /** `ignore CODE`: lines, 0-based and both included, on which a code is not reported. */
  ignored: readonly IgnoredLines[];
  /** Comments that say nothing that is known. */
  faults: readonly DirectiveFault[];
}

export interface IgnoredLines {
  codes: readonly string[];
  first: number;
  last: number;
}

export interface DirectiveFault extends Span {
  message: string;
  suggestions: string[];
}

/** What every comment of ours starts with. */
export const directiveMark = 'kong-backup:';

const comment = /#[ \t]*kong-backup:[ \t]*(.*)$/;
const words = ['ignore', 'ignore-file', 'gateway-version', 'format'] as const;

/** Of a text without such comments. */
export const noDirectives: Directives = { ignoredInFile: new Set(), ignored: [], faults: [] };

const known = new WeakMap<LineIndex, Directives>();

/** Reads the comments of a text, once for each index of its lines. Nearly free for a text that has none. */
export function readDirectives(text: string, lines = new LineIndex(text)): Directives {
  let directives = known.get(lines);
  if (!directives) {
    directives = text.includes(directiveMark)
      ? readDirectiveLines(linesOf(text, lines), lines.lineCount)
      : noDirectives;
    known.set(lines, directives);
  }
  return directives;
}

/** A line without its break, and where it stands. */
export interface TextLine {
  line: number;
  start: number;
  text: string;
}

function* linesOf(text: string, lines: LineIndex): Generator<TextLine> {
  for (let line = 0; line < lines.lineCount; line++) {
    const start = lines.lineStart(line);
    yield { line, start, text: text.slice(start, lines.lineEnd(line)) };
  }
}

/**
 * The comments of a text by its lines. Of what stands deeper than a line before it, lines without a comment of ours may be
 * left out.
 */
export function readDirectiveLines(lines: Iterable<TextLine>, lineCount: number): Directives {
  const reader = new DirectiveReader();
  for (const line of lines) reader.readLine(line);
  return reader.end(lineCount);
}

/** A value, or a list's item, that a comment stands before: it ends where something no deeper than it starts. */
interface Scope {
  codes: string[];
  first: number;
  indent: number;
  isItem: boolean;
}

class DirectiveReader {
  private readonly ignoredInFile = new Set<string>();
  private readonly ignored: IgnoredLines[] = [];
  private readonly faults: DirectiveFault[] = [];
  private readonly settings: Pick<Directives, 'gatewayVersion' | 'kind'> = {};
  private readonly open: Scope[] = [];
  /** Codes of comments that stand alone, for what comes next. */
  private pending: string[] = [];

  end(lineCount: number): Directives {
    this.close(lineCount, -1, false);
    const { settings, ignoredInFile, ignored, faults } = this;
    return { ...settings, ignoredInFile, ignored, faults };
  }

  readLine({ line, start, text }: TextLine): void {
    const content = text.search(/\S/);
    if (content < 0) return;
    const found = text.includes(directiveMark) ? comment.exec(text) : null;
    const codes = found ? this.follow(found[1]!, start + text.length - found[1]!.length) : [];
    if (text[content] === '#') {
      this.pending.push(...codes);
      return;
    }
    const isItem = /^-(\s|$)/.test(text.slice(content, content + 2));
    this.close(line, content, isItem);
    if (this.pending.length) this.open.push({ codes: this.pending, first: line, indent: content, isItem });
    this.pending = [];
    if (codes.length) this.ignored.push({ codes, first: line, last: line });
  }

  /** Ends the scopes that a line at this depth is not part of. A list may stand as deep as the key that it belongs to. */
  private close(line: number, indent: number, isItem: boolean): void {
    for (let scope = this.open.at(-1); scope; scope = this.open.at(-1)) {
      const isInside = indent > scope.indent || (indent === scope.indent && isItem && !scope.isItem);
      if (isInside) return;
      this.open.pop();
      this.ignored.push({ codes: scope.codes, first: scope.first, last: line - 1 });
    }
  }

  /** @returns the codes to ignore here. */
  private follow(said: string, start: number): string[] {
    const end = start + said.trimEnd().length;
    const [, word = '', rest = ''] = /^([\w-]*)[\s=]*(.*)$/.exec(said.trimEnd()) ?? [];
    switch (word) {
      case 'ignore':
        return this.codesOf(rest, start, end);
      case 'ignore-file':
        this.codesOf(rest, start, end).forEach((code) => this.ignoredInFile.add(code));
        return [];
      case 'gateway-version':
        if (/^\d+(\.\d+)+$/.test(rest)) this.settings.gatewayVersion = rest;
        else this.fault(start, end, 'Name the version of the gateway, as in `gateway-version=3.9`.');
        return [];
      case 'format':
        if (rest === 'deck' || rest === 'dbless') this.settings.kind = rest;
        else this.fault(start, end, 'The format is `deck` or `dbless`, as in `format=dbless`.', ['deck', 'dbless']);
        return [];
      default: {
        const message = `After \`kong-backup:\` one of ${words.map((known) => `\`${known}\``).join(', ')} must come, so this comment does nothing.`;
        this.fault(start, end, message, suggest(word, words));
        return [];
      }
    }
  }

  private codesOf(rest: string, start: number, end: number): string[] {
    const codes = rest.split(/[\s,]+/).filter(Boolean);
    if (codes.length === 0) this.fault(start, end, 'Name the code to ignore, as in `ignore plaintext-secret`.');
    const known: string[] = [];
    for (const code of codes) {
      if (knownCodes.has(code)) known.push(code);
      else this.fault(start, end, `There is no code \`${code}\`.`, suggest(code, knownCodes));
    }
    return known;
  }

  private fault(start: number, end: number, message: string, suggestions: string[] = []): void {
    this.faults.push({ start, end: Math.max(end, start + 1), message, suggestions });
  }
}
