import type { Json, JsonObject } from '../../core/json.js';
import type { CryptoChecks } from '../../schema/formats/format.js';
import type { SchemaFacts } from '../../schema/facts.js';
import { installedFacts } from '../../schema/installed.js';
import type { Path } from '../../schema/problem.js';
import type { CheckInput, Finding } from '../checks/check.js';
import { commentFaults } from '../checks/comments.js';
import { replacedBytes } from '../checks/replacedBytes.js';
import { hasAllTags, lackOfTags, selectTags, selectTagsOf } from '../checks/selectTags.js';
import { withDefinedPlugins } from '../definedPlugins.js';
import type { Diagnostic, Range } from '../diagnostic.js';
import {
  directiveMark,
  noDirectives,
  readDirectiveLines,
  readDirectives,
  type Directives,
  type TextLine,
} from '../directives.js';
import { rangeOf, spanOf } from '../document.js';
import type { KindVerdict } from '../fileKind.js';
import { fileKindOf } from '../fileKind.js';
import { deckTopLevel } from '../keys.js';
import { buildModel } from '../model.js';
import { otherFormatOf } from '../otherFormats.js';
import { applyRules, type ValidationRules } from '../rules.js';
import type { Span } from '../tree.js';
import {
  byPlace,
  checks,
  contentOf,
  diagnosticAt,
  first,
  judgedBeforeErrors,
  ofOtherFormat,
  ofWholeFile,
  validateDocument,
  withCustomPlugins,
} from '../validate.js';
import type { CutText } from './cutText.js';
import { positionAt } from './editText.js';
import { documentOfPart, ofWhole, type Found, type Standards } from './findings.js';
import { Judgement } from './judgement.js';
import type { LiveText } from './liveText.js';
import type { Part } from './part.js';
import { PartNodes, valueOfPart } from './partNodes.js';

export interface How {
  facts: SchemaFacts;
  rules?: ValidationRules;
  crypto?: CryptoChecks;
}

/** Keys of the top that decide about other parts. */
const isContext = (key: string): boolean =>
  key.startsWith('_') || key === 'partials' || key === 'custom_plugins' || key === 'cloned_plugins';

/** The judgement of an open text at each of its versions: the same as that of the text from scratch, found by difference. */
export class LiveVerdict {
  private judgement: Judgement | undefined;
  private cut: CutText | undefined;
  private top: { version: number; value: JsonObject; context: string } | undefined;
  private standardsKey: unknown[] = [];
  private isBehind = false;
  private directivesAt: { version: number; directives: Directives } | undefined;

  constructor(private readonly text: LiveText) {}

  diagnostics(how: How): Diagnostic[] {
    const cut = this.text.parts();
    if (!cut) {
      this.judgement = undefined;
      this.text.take();
      return validateDocument(this.text.asWhole(), { kind: 'auto', ...how }).diagnostics;
    }
    const judgement = this.judged(cut, how);
    const found = this.findings(cut, judgement);
    const nodes = new PartNodes(cut);
    return applyRules<Finding | Found>(found, this.directives(), how.rules, (finding) => place(finding, nodes)).sort(
      byPlace,
    );
  }

  /** The judgement of the parts, brought up to the text. */
  judged(cut: CutText, how: How): Judgement {
    const changed = this.text.take();
    const value = this.topValue(cut);
    const standards = this.standards(how, value);
    const key = [standards.kind, standards.facts, standards.crypto, this.top?.context];
    const isSame = this.judgement && this.cut === cut && key.every((part, at) => part === this.standardsKey[at]);
    if (this.judgement && isSame && changed && !this.isBehind) {
      this.judgement.update(changed.removed, changed.added);
      return this.judgement;
    }
    const judgement = new Judgement(cut, standards);
    this.isBehind = true;
    const input = this.wholeInput(standards);
    if (input) {
      judgement.judgeAll(input);
      setTimeout(() => prepare(judgement), 20);
    }
    this.text.forgetWhole();
    this.isBehind = false;
    this.judgement = judgement;
    this.standardsKey = key;
    this.cut = cut;
    return judgement;
  }

  private wholeInput({ kind, facts, crypto }: Standards): CheckInput | undefined {
    const document = this.text.asWhole();
    return contentOf(document, { kind, facts, ...(crypto && { crypto }) });
  }

  private standards(how: How, value: JsonObject): Standards {
    const facts = this.withDefined(installedFacts(how.facts, withCustomPlugins({ kind: 'auto', ...how })), value);
    const { kind } = this.kind(facts);
    const context = Object.fromEntries(Object.entries(value).filter(([key]) => isContext(key)));
    return { kind, facts, context, ...(how.crypto && { crypto: how.crypto }) };
  }

  private defined: { of: SchemaFacts; by: string; facts: SchemaFacts } | undefined;

  /** The same object as long as nothing changes, for what is compiled of it is kept. */
  private withDefined(of: SchemaFacts, value: JsonObject): SchemaFacts {
    const by = JSON.stringify([value['custom_plugins'], value['cloned_plugins']]);
    if (this.defined?.of !== of || this.defined.by !== by)
      this.defined = { of, by, facts: withDefinedPlugins(of, value) };
    return this.defined.facts;
  }

  /** What the file is taken for. */
  kind(facts: SchemaFacts): KindVerdict {
    const cut = this.text.parts();
    const { kind } = this.directives();
    if (kind) return { kind, reason: 'a comment in it says so.' };
    if (!cut) {
      const { value, text } = this.text.asWhole();
      return fileKindOf(value, text, facts);
    }
    const [filledIn] = this.text.marked.templates;
    return fileKindOf(this.tellingValue(cut), filledIn?.text ?? '', facts);
  }

  directives(): Directives {
    const { version } = this.text;
    if (this.directivesAt?.version === version) return this.directivesAt.directives;
    const cut = this.text.parts();
    const directives =
      cut && this.text.marked.directives.size === 0
        ? noDirectives
        : cut
          ? readDirectiveLines(tellingLines(cut), cut.list.breaks + 1)
          : readDirectives(this.text.asWhole().text, this.text.asWhole().lines);
    this.directivesAt = { version, directives };
    return directives;
  }

  /** The map at the top, in which a list of parts is only known to hold something. */
  private topValue(cut: CutText): JsonObject {
    const { version } = this.text;
    if (this.top?.version === version) return this.top.value;
    const value: JsonObject = {};
    for (const { key, items, head } of cut.sections.values()) value[key] = items > 0 ? [null] : valueOfPart(head);
    const context = JSON.stringify(Object.entries(value).filter(([key]) => isContext(key)));
    this.top = { version, value, context };
    return value;
  }

  /** The top with those items by which the format can be told. */
  private tellingValue(cut: CutText): JsonObject {
    const { marked } = this.text;
    const value = { ...this.topValue(cut) };
    for (const section of cut.sections.values()) {
      if (section.items > 0 && !isContext(section.key)) value[section.key] = [];
    }
    const add = (part: Part | undefined): void => {
      if (part?.section) value[part.section.key] = [...((value[part.section.key] ?? []) as Json[]), valueOfPart(part)];
    };
    const routes = cut.sections.get('routes');
    if (routes && marked.services.size > 0)
      add(firstOf(new PartNodes(cut).items(routes), (part) => marked.services.has(part)));
    add(firstOf(marked.deckKeys, () => true));
    add(firstOf(marked.dblessKeys, () => true));
    add(this.firstAgainstDeck(cut));
    return value;
  }

  /** The one that a reader of the whole comes upon first. */
  private firstAgainstDeck(cut: CutText): Part | undefined {
    const { againstDeck } = this.text.marked;
    if (againstDeck.size === 0) return undefined;
    for (const kind of deckTopLevel.entities) {
      const section = cut.sections.get(kind);
      const found = section && firstOf(againstDeck, (part) => part.section === section);
      if (found) return found;
    }
    return undefined;
  }

  private findings(cut: CutText, judgement: Judgement): (Finding | Found)[] {
    const found = this.ofText(cut);
    const value = this.topValue(cut);
    const { ofChecks, repeated } = judgement.byCheck();
    found.push(...first(repeated));
    found.push(...commentFaults(this.directives()));
    const other = otherFormatOf(value);
    if (other) return [...found, ofOtherFormat(other)];
    const input = this.inputOfWhole(value, judgement);
    const ofContent = checks.map((check, at): readonly (Finding | Found)[] => {
      if (check === selectTags) return ofSelectTags(input, cut, judgement);
      return first<Finding | Found>(ofWhole.has(check) ? check(input) : (ofChecks[at] ?? []));
    });
    // Of habits there may be thousands: lists are joined as a whole, not gone through.
    const all = ([] as (Finding | Found)[]).concat(...ofContent);
    return found.concat(this.text.marked.problems.size ? this.beforeErrors(all, cut) : all);
  }

  private ofText({ list }: CutText): (Finding | Found)[] {
    const { problems, replaced } = this.text.marked;
    const inOrder = (parts: Iterable<Part>): Part[] =>
      [...parts].sort((a, b) => list.standing(a).ordinal - list.standing(b).ordinal);
    const found: (Finding | Found)[] = inOrder(problems).flatMap((part) =>
      (part.reading?.problems ?? []).map(({ code, message, start, end }) => {
        const span = { start, end: Math.max(end, start + 1) };
        return { severity: 'error' as const, code, message, path: [], span, check: -2, part };
      }),
    );
    const limited = first(found) as (Finding | Found)[];
    const [part] = inOrder(replaced);
    if (part)
      for (const one of replacedBytes({ document: documentOfPart(part) })) limited.push({ ...one, part, check: -2 });
    return limited;
  }

  private inputOfWhole(value: JsonObject, { standards }: Judgement): CheckInput {
    const { kind, facts } = standards;
    const model = buildModel({}, kind, facts);
    return { ...standards, value, model, index: noIndex, document: noDocument };
  }

  /** What an error of syntax can have spoilt is not judged: see `validate`. */
  private beforeErrors(all: (Finding | Found)[], cut: CutText): (Finding | Found)[] {
    const { problems } = this.text.marked;
    const nodes = new PartNodes(cut);
    const within = [...problems].map((part): Span => {
      const { offset } = cut.list.standing(part);
      return { start: offset, end: offset + part.text.length };
    });
    return all.slice(0, judgedBeforeErrors).filter((finding) => {
      if (ofWholeFile.has(finding.code)) return false;
      if ('part' in finding) return !problems.has(finding.part);
      const { start, end } = trimmed(nodes, spanOf(nodes, finding.path.slice(0, 2), 'value'));
      return within.every((span) => end <= span.start || start >= span.end);
    });
  }
}

/** Little by little, so that no edit waits for all of it. */
function prepare(judgement: Judgement): void {
  if (!judgement.prepare()) setTimeout(() => prepare(judgement), 1);
}

function firstOf<T>(all: Iterable<T>, isWanted: (one: T) => boolean): T | undefined {
  for (const one of all) if (isWanted(one)) return one;
  return undefined;
}

const noIndex: CheckInput['index'] = { find: () => undefined, names: () => [], references: () => [] };
const noDocument = documentOfNothing();

function documentOfNothing(): CheckInput['document'] {
  return {
    text: '',
    lines: undefined as never,
    root: undefined,
    value: undefined,
    problems: [],
    furtherDocuments: [],
    repeatedKeysIn: [],
    nodeAt: () => undefined,
  };
}

/** A finding where it stands now. */
function place(finding: Finding | Found, nodes: PartNodes): Diagnostic {
  const { path, at = 'value', mark = path, span } = finding;
  const { list } = nodes.cut;
  if (!('part' in finding)) {
    const { start, end } = span ?? trimmed(nodes, spanOf(nodes, mark, at));
    return diagnosticAt(finding, { start: positionAt(list, start), end: positionAt(list, Math.max(start, end)) });
  }
  const { part } = finding;
  const { line, offset } = list.standing(part);
  if (span) {
    const start = positionAt(list, span.start + offset);
    const end = positionAt(list, Math.max(span.start, span.end) + offset);
    return diagnosticAt({ ...finding, path: placed(path, part, nodes) }, { start, end });
  }
  const where = (finding.where ??= rangeOf(documentOfPart(part), mark, at));
  const range = { start: moved(where.start, line), end: moved(where.end, line) };
  return diagnosticAt({ ...finding, path: placed(path, part, nodes) }, range);
}

const moved = ({ line, character }: Range['start'], by: number): Range['start'] => ({ line: line + by, character });

/** With the item's own index. */
const placed = (path: Path, part: Part, nodes: PartNodes): Path =>
  part.role === 'item' && path.length > 1 ? [path[0] as string, nodes.indexOf(part), ...path.slice(2)] : path;

/** Without blanks at the end. */
export function trimmed({ cut: { list } }: PartNodes, { start, end }: Span): Span {
  let last = Math.min(end, list.length);
  while (last > start && /\s/.test(list.slice(last - 1, last))) last--;
  if (last > start) return { start, end: last };
  // Where nothing stands, readers differ by the blanks before it.
  let first = start;
  while (first > 0 && /[ \t]/.test(list.slice(first - 1, first))) first--;
  return { start: first, end: first };
}

/** The lines by which comments of ours can be read. */
function* tellingLines({ list }: CutText): Generator<TextLine> {
  for (const chunk of list.all) {
    let { line, offset } = chunk;
    for (const { text, lines, breaks, role } of chunk.parts) {
      const isMarked = text.includes(directiveMark);
      const count = isMarked ? lines.lineCount - (text.endsWith('\n') ? 1 : 0) : role === 'prologue' ? 0 : 1;
      for (let at = 0; at < count; at++) {
        const start = lines.lineStart(at);
        yield { line: line + at, start: offset + start, text: text.slice(start, lines.lineEnd(at)) };
      }
      line += breaks;
      offset += text.length;
    }
  }
}

/** What the check of select tags finds, by counts that are kept up. */
function ofSelectTags(input: CheckInput, cut: CutText, judgement: Judgement): readonly Finding[] {
  if (judgement.ofSelectTags) return judgement.ofSelectTags;
  const tags = selectTagsOf(input);
  if (!tags) return [];
  judgement.ready();
  const mixed = [...judgement.directory.selected].filter(([, { yes, no }]) => yes > 0 && no > 0);
  const lacking = mixed.reduce((sum, [, { no }]) => sum + no, 0);
  const kinds = new Set(mixed.map(([kind]) => kind));
  if (lacking === 0) return [];
  const isLacking = ({ entries }: Part): boolean =>
    entries?.selected.some((kind, at) => at % 2 === 0 && entries.selected[at + 1] === 'no' && kinds.has(kind)) ?? false;
  let best: Part | undefined;
  for (const part of cut.list) {
    if ((!best || judgement.rankOf(part) < judgement.rankOf(best)) && isLacking(part)) best = part;
  }
  const first = best && judgement.entities(best).find((one) => kinds.has(one.kind) && !hasAllTags(one, tags));
  return first ? [lackOfTags(first, lacking - 1, tags)] : [];
}
