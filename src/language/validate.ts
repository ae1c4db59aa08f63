import { isObject } from '../core/json.js';
import type { Json } from '../core/json.js';
import { formatPath } from '../schema/problem.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { CryptoChecks } from '../schema/formats/format.js';
import { installedFacts, type Installation } from '../schema/installed.js';
import type { Check, CheckInput, Finding, TextCheck } from './checks/check.js';
import { comments } from './checks/comments.js';
import { deckRules } from './checks/deckRules.js';
import { deprecatedFields } from './checks/deprecatedFields.js';
import { duplicateKeys } from './checks/duplicateKeys.js';
import { emptyFile } from './checks/emptyFile.js';
import { enterpriseKinds } from './checks/enterpriseKinds.js';
import { envTemplates } from './checks/envTemplates.js';
import { fileHeader } from './checks/fileHeader.js';
import { formatVersion } from './checks/formatVersion.js';
import { furtherDocuments } from './checks/furtherDocuments.js';
import { hashedCredentials } from './checks/hashedCredentials.js';
import { mapKeys } from './checks/mapKeys.js';
import { nestedSnis } from './checks/nestedSnis.js';
import { plaintextSecrets } from './checks/plaintextSecrets.js';
import { replacedBytes } from './checks/replacedBytes.js';
import { references } from './checks/references.js';
import { regexPaths } from './checks/regexPaths.js';
import { schema } from './checks/schema.js';
import { selectTags } from './checks/selectTags.js';
import { sharedMemory } from './checks/sharedMemory.js';
import { structure } from './checks/structure.js';
import { uncheckedPlugins } from './checks/uncheckedPlugins.js';
import { uniqueness } from './checks/uniqueness.js';
import { yamlSyntax } from './checks/yamlSyntax.js';
import type { Diagnostic, Range } from './diagnostic.js';
import { readDirectives } from './directives.js';
import { withDefinedPlugins } from './definedPlugins.js';
import { rangeOf, readDocument } from './document.js';
import type { KongDocument } from './document.js';
import { EntityIndex } from './entityIndex.js';
import { fileKindOf, readByDeck } from './fileKind.js';
import type { FileKind, KindVerdict } from './fileKind.js';
import { buildModel } from './model.js';
import { otherFormatOf, type OtherFormat } from './otherFormats.js';
import { applyRules } from './rules.js';
import type { ValidationRules } from './rules.js';
import { SpoiltParts } from './spoiltParts.js';

export type { Diagnostic, Position, Range, Severity } from './diagnostic.js';
export type { FileKind } from './fileKind.js';

export interface ValidateInput extends Installation {
  text: string;
  /** `auto` tells by content. */
  kind: 'auto' | FileKind;
  facts: SchemaFacts;
  /** True for a file that is named `.json`, where Kong takes no YAML. */
  json?: boolean;
  /** Checks of certificates and keys, where a crypto library is at hand. */
  crypto?: CryptoChecks;
  /** What a person decided about checks. The file's own comments count without it too. */
  rules?: ValidationRules;
  /** What a gateway or tool that was asked said. Where an error stands already it is not said again. */
  heard?: readonly Finding[];
}

export interface Verdict {
  kind: FileKind;
  /** Why the file is taken for that kind, in a sentence. */
  reason: string;
  /** False when any error stands. */
  valid: boolean;
  /** In the order of the text. */
  diagnostics: Diagnostic[];
}

/** Of any text. */
export const textChecks: readonly TextCheck[] = [yamlSyntax, replacedBytes, furtherDocuments, duplicateKeys, comments];

/** Of a text that is a map. */
export const checks: readonly Check[] = [
  fileHeader,
  structure,
  schema,
  mapKeys,
  enterpriseKinds,
  references,
  uniqueness,
  nestedSnis,
  deckRules,
  envTemplates,
  emptyFile,
  uncheckedPlugins,
  formatVersion,
  regexPaths,
  hashedCredentials,
  deprecatedFields,
  plaintextSecrets,
  sharedMemory,
  selectTags,
];

/** The one judgement of a declarative file: for the editor, the CLI, the backup and the restore preflight. Never throws. */
export function validate({ text, json, ...how }: ValidateInput): Verdict {
  return validateDocument(readDocument(text, json), how);
}

/** The same, of a text that was read before. */
export function validateDocument(document: KongDocument, how: Omit<ValidateInput, 'text' | 'json'>): Verdict {
  const facts = withDefinedPlugins(installedFacts(how.facts, withCustomPlugins(how)), document.value as Json);
  const told = kindOf(document, how.kind, facts);
  const found = findings(document, {
    kind: told.kind,
    facts,
    ...(how.crypto && { crypto: how.crypto }),
    isReadByDeck: told === readByDeck,
  });
  const all = how.heard ? [...found, ...unsaid(how.heard, found)] : found;
  const diagnostics = applyRules(all, readDirectives(document.text, document.lines), how.rules, (finding) =>
    diagnosticOf(finding, document),
  ).sort(byPlace);
  return { ...told, valid: !diagnostics.some(({ severity }) => severity === 'error'), diagnostics };
}

function unsaid(heard: readonly Finding[], found: readonly Finding[]): Finding[] {
  const said = new Set(found.filter(({ severity }) => severity === 'error').map(({ path }) => formatPath(path)));
  return heard.filter(({ path, span }) => span !== undefined || !said.has(formatPath(path)));
}

/** Plugins that a person names are there as much as those that the gateway names. */
export function withCustomPlugins({
  rules,
  plugins = [],
  edition,
}: Omit<ValidateInput, 'text' | 'json'>): Installation {
  return { ...(edition && { edition }), plugins: [...plugins, ...(rules?.customPlugins ?? [])] };
}

/** Which format a file is taken for, and why. */
export function kindOf(document: KongDocument, kind: 'auto' | FileKind, facts: SchemaFacts): KindVerdict {
  if (kind !== 'auto') return { kind, reason: 'it was named as such.' };
  const named = readDirectives(document.text, document.lines).kind;
  if (named) return { kind: named, reason: 'a comment in it says so.' };
  return fileKindOf(document.value, document.text, facts);
}

type Judged = Pick<CheckInput, 'kind' | 'facts' | 'crypto' | 'isReadByDeck'>;

/** What checks of the content see; undefined for a text that is no map. */
export function contentOf(document: KongDocument, how: Judged): CheckInput | undefined {
  const { value } = document;
  if (!isObject(value)) return undefined;
  const model = buildModel(value, how.kind, how.facts);
  return { ...how, document, value, model, index: new EntityIndex(model.entities, how.facts) };
}

function findings(document: KongDocument, how: Judged): Finding[] {
  const found = textChecks.flatMap((check) => first(check({ document })));
  const other = isObject(document.value) ? otherFormatOf(document.value) : undefined;
  if (other) return [...found, ofOtherFormat(other)];
  const input = contentOf(document, how);
  if (input) {
    const ofContent = checks.flatMap((check) => first(check(input)));
    return [
      ...found,
      ...(document.problems.length ? beforeErrors(ofContent.slice(0, judgedBeforeErrors), document) : ofContent),
    ];
  }
  if (document.problems.length === 0) found.push(notDeclarative(document));
  return found;
}

/** Findings of a check. Of a file with more a person reads the first, and millions would fill the memory. */
const mostFound = 50_000;

export function first<T extends Finding>(findings: Iterable<T>): readonly T[] {
  if (Array.isArray(findings) && findings.length <= mostFound) return findings as readonly T[];
  const some: T[] = [];
  for (const finding of findings) {
    some.push(finding);
    if (some.length === mostFound) break;
  }
  return some;
}

export const ofOtherFormat = ({ message, key }: OtherFormat): Finding => ({
  severity: 'error',
  code: 'not-declarative',
  message,
  path: [key],
  at: 'key',
});

function notDeclarative({ text }: KongDocument): Finding {
  return {
    severity: 'error',
    code: 'not-declarative',
    message:
      'A declarative file starts with `_format_version: "3.0"` and lists entities; this one holds nothing of the kind.',
    path: [],
    span: { start: 0, end: Math.max(1, text.trimEnd().length) },
  };
}

/** To find the place of each takes time, and an error of syntax is what to mend first. */
export const judgedBeforeErrors = 10_000;

/** Codes that say nothing where a part of the file was not understood. */
export const ofWholeFile: ReadonlySet<string> = new Set(['unresolved-reference', 'empty-file']);

/**
 * What an error of syntax can have spoilt is not judged: it may be missing only because it was not understood. That is the
 * piece of the text that the error is in, where it is known, or all that does not end before the error; and anything that
 * is about the file as a whole.
 */
function beforeErrors(found: Finding[], document: KongDocument): Finding[] {
  const { problems, lines } = document;
  const spoilt = new SpoiltParts(problems);
  const lastSound = spoilt.allFrom === Infinity ? Infinity : lines.position(spoilt.allFrom).line - 1;
  return found.filter(({ code, path }) => {
    if (ofWholeFile.has(code) || (path.length < 2 && lastSound < Infinity)) return false;
    const { start, end } = rangeOf(document, path.slice(0, 2), 'value');
    return end.line <= lastSound && !spoilt.touch({ start: lines.offset(start), end: lines.offset(end) });
  });
}

function diagnosticOf(finding: Finding, document: KongDocument): Diagnostic {
  const { path, at = 'value', mark = path, span } = finding;
  return diagnosticAt(finding, span ? document.lines.range(span.start, span.end) : rangeOf(document, mark, at));
}

/** A finding at its place. */
export function diagnosticAt({ severity, code, message, path, data, source }: Finding, range: Range): Diagnostic {
  return {
    severity,
    code,
    message: shortened(message),
    path: formatPath(path),
    range,
    ...(data && { data }),
    ...(source && { source }),
  };
}

/** A message may hold the value that it is about, whatever its length. */
const longestMessage = 1000;

const shortened = (message: string): string =>
  message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 200)} … ${message.slice(-200)}`;

/** The order in which diagnostics are given. */
export const byPlace = ({ range: a }: Diagnostic, { range: b }: Diagnostic): number =>
  a.start.line - b.start.line || a.start.character - b.start.character || a.end.line - b.end.line;
