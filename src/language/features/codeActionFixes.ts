import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import { isObject } from '../../core/json.js';
import { majorOf } from '../../schema/major.js';
import { isNeededElsewhere } from '../anchors.js';
import type { DiagnosticCode } from '../diagnosticCodes.js';
import { addEntry, entryAt, isJsonText, removeEntry, replaced, topOf } from '../edits.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import { sampleOf } from '../sampleValues.js';
import { fieldAt } from '../schemaFields.js';
import type { Node } from '../tree.js';
import { asWritten } from '../writtenValue.js';
import { scalarText } from '../yamlText.js';
import { moveDeprecated } from './codeActionDeprecated.js';
import { factsAt, findingOf, referredNode, type Finding, type Fix } from './codeActionFinding.js';
import { secretFixes } from './codeActionSecrets.js';
import { bareValue, intoList, quoteKey, quoteValue, referenceForm } from './codeActionTypes.js';

type Fixer = (document: OpenDocument, finding: Finding) => Fix[];

const fixers: Readonly<Partial<Record<DiagnosticCode, readonly Fixer[]>>> = {
  'unknown-field': [renameKey, moveIntoConfig, removeKey],
  'unknown-plugin': [otherValue],
  'not-in-enum': [otherValue],
  'unresolved-reference': [otherReference],
  required: [addMissing],
  'wrong-type': [quoteKey, quoteValue, bareValue, intoList, referenceForm],
  'wrong-scope': [removeKey],
  'reference-mismatch': [removeKey],
  'deck-only': [removeKey],
  'dbless-only': [referenceForm, removeKey],
  'duplicate-key': [removeDuplicate],
  'regex-path': [regexPath],
  'plaintext-secret': [secretFixes],
  'env-template': [deckVariable],
  'deprecated-field': [moveDeprecated],
};

/** What can be done about a finding, the likeliest first. */
export function fixesOf(document: OpenDocument, diagnostic: LspDiagnostic): Fix[] {
  const finding = findingOf(diagnostic);
  if (!finding) return [];
  return (fixers[finding.code] ?? []).flatMap((fixer) => fixer(document, finding)).filter(({ edits }) => edits.length);
}

/** More would be no help. */
const mostOffered = 8;

function renameKey(document: OpenDocument, { path, suggestions }: Finding): Fix[] {
  const found = entryAt(document, path);
  if (!found) return [];
  const { keySpan } = found.entry;
  const written = document.text.slice(keySpan.start, keySpan.end);
  const free = suggestions.filter((name) => !found.parent?.entries.has(name));
  return free.slice(0, mostOffered).map((name) => ({
    title: `Change to \`${name}\``,
    edits: [replaced(document.text, keySpan, asWritten(name, written))],
    isSure: free.length === 1,
  }));
}

/** A setting of a plugin beside its `config` instead of inside. */
function moveIntoConfig(document: OpenDocument, { path }: Finding): Fix[] {
  const found = entryAt(document, path);
  const { kind, depth, field } = placeOf(path, document.kind, document.facts);
  const [key] = field;
  if (!found?.parent || kind !== 'plugins' || field.length !== 1 || typeof key !== 'string') return [];
  const plugin = path.slice(0, depth);
  const value = document.valueAt(plugin);
  const moved = document.valueAt(path);
  const isKnown = isObject(value) && fieldAt(document.facts, { kind, value }, ['config', key]);
  if (!isKnown || moved === undefined || found.entry.value.type !== 'scalar') return [];
  const hasConfig = found.parent.entries.has('config');
  const added = hasConfig ? addEntry(document, [...plugin, 'config'], key, moved) : [];
  if (!hasConfig) return [];
  return [
    {
      title: `Move \`${key}\` under \`config\``,
      edits: [...removeEntry(document, found.entry, found.parent), ...added],
      isSure: true,
    },
  ];
}

function removeKey(document: OpenDocument, { path }: Finding): Fix[] {
  const found = entryAt(document, path);
  if (!found) return [];
  const { entry, parent } = found;
  if (isNeededElsewhere(document, { start: entry.keySpan.start, end: entry.value.end })) return [];
  const edits = removeEntry(document, entry, parent);
  return [{ title: `Remove \`${entry.key}\``, edits, isSure: false }];
}

function removeDuplicate(document: OpenDocument, { path, range }: Finding): Fix[] {
  const parent = document.nodeAt(path.slice(0, -1));
  if (parent?.type !== 'map') return [];
  const start = document.text.offset(range.start);
  const entry = parent.overridden.find(({ keySpan }) => keySpan.start === start);
  if (!entry || isNeededElsewhere(document, { start, end: entry.value.end })) return [];
  const { text } = document;
  // A whole list, or what somebody wrote a comment to, is looked at before it goes.
  const isShort = entry.value.type === 'scalar' && text.position(entry.value.end).line === range.start.line;
  const isSure = isShort && !/\s#/.test(text.line(range.start.line).slice(range.start.character));
  const title = `Remove this \`${entry.key}\`, which Kong ignores`;
  return [{ title, edits: removeEntry(document, entry, parent), isSure }];
}

function otherValue(document: OpenDocument, { path, suggestions }: Finding): Fix[] {
  const node = document.nodeAt(path);
  return replacements(document, node?.type === 'map' ? document.nodeAt([...path, 'name']) : node, suggestions);
}

function replacements(document: OpenDocument, node: Node | undefined, suggestions: readonly string[]): Fix[] {
  if (node?.type !== 'scalar' || node.style === 'block') return [];
  const written = document.text.slice(node.start, node.end);
  return suggestions.slice(0, mostOffered).map((value) => ({
    title: `Change to \`${value}\``,
    edits: [replaced(document.text, node, isFormat(value) ? `"${value}"` : writtenLike(value, written))],
    isSure: suggestions.length === 1,
  }));
}

/** In the quotes that the other has; where it has none, in some only where it needs them. */
const writtenLike = (value: string, like: string): string =>
  /^["']/.test(like) ? asWritten(value, like) : scalarText(value);

/** Without quotes it would be a number. */
const isFormat = (value: string): boolean => /^\d\.\d$/.test(value);

function otherReference(document: OpenDocument, { path, suggestions }: Finding): Fix[] {
  return replacements(document, referredNode(document, path), suggestions);
}

function addMissing(document: OpenDocument, { path, missing }: Finding): Fix[] {
  if (missing === undefined || missing === '') return [];
  if (missing === '_format_version') return [addFormat(document)];
  const parent = path.slice(0, -1);
  const known = factsAt(document, path);
  const value = missing === 'id' ? crypto.randomUUID() : known ? sampleOf(missing, known) : missing;
  const there = entryAt(document, path);
  if (there) return fillEmpty(document, there.entry.value, missing, value);
  return [{ title: `Add \`${missing}\``, edits: addEntry(document, parent, missing, value), isSure: false }];
}

/** `host:` with nothing behind it. */
function fillEmpty(document: OpenDocument, node: Node, name: string, value: unknown): Fix[] {
  if (node.type !== 'scalar' || typeof value !== 'string' || (node.value !== null && node.value !== '')) return [];
  const written = asWritten(value, document.text.slice(node.start, node.end));
  const isBare = node.start === node.end && document.text.slice(node.start - 1, node.start) === ':';
  const gap = document.text.slice(node.end, node.end + 1) === '#' ? ' ' : '';
  return [
    {
      title: `Fill in \`${name}\``,
      edits: [replaced(document.text, node, (isBare ? ` ${written}` : written) + gap)],
      isSure: false,
    },
  ];
}

/** At the top, below comments that are about the file. */
export function addFormat(document: OpenDocument): Fix {
  const { text } = document;
  const format = majorOf(document.facts.version) < 3 ? '1.1' : '3.0';
  const title = `Add \`_format_version: "${format}"\``;
  if (isJsonText(document)) {
    const at = text.slice(0, 10_000).indexOf('{') + 1;
    const gap = /^\s*/.exec(text.slice(at, at + 1000))?.[0] ?? ' ';
    const newText = `${gap}"_format_version": "${format}"${document.topKeys.length ? ',' : ''}`;
    return { title, edits: [replaced(text, { start: at, end: at }, newText)], isSure: true };
  }
  let line = 0;
  while (line < text.lineCount && /^(?:\s*#.*|---\s*(?:#.*)?|%.*)$/.test(text.line(line))) line++;
  const at = line === 0 ? topOf(text) : { line, character: 0 };
  return { title, edits: [{ range: { start: at, end: at }, newText: `_format_version: "${format}"\n` }], isSure: true };
}

function regexPath(document: OpenDocument, { path, suggestions }: Finding): Fix[] {
  const node = document.nodeAt(path);
  if (node?.type !== 'scalar' || typeof node.value !== 'string') return [];
  const { value } = node;
  const fixes = replacements(document, node, suggestions).map((fix) => ({
    ...fix,
    title: `Make it a regular expression: \`~${value}\``,
    isSure: false,
  }));
  if (!value.endsWith('/*')) return fixes.map((fix) => ({ ...fix, isSure: true }));
  const prefix = replacements(document, node, [value.slice(0, -1)]).map((fix) => ({
    ...fix,
    title: `Match all below: \`${value.slice(0, -1)}\``,
  }));
  return [...prefix, ...fixes];
}

/** decK reads only variables whose names start with `DECK_`. */
function deckVariable(document: OpenDocument, { path }: Finding): Fix[] {
  const node = document.nodeAt(path);
  if (document.kind !== 'deck' || node?.type !== 'scalar') return [];
  const written = document.text.slice(node.start, node.end);
  const changed = written.replace(/(\benv\s+\\?["'])(?!DECK_)/g, '$1DECK_');
  if (changed === written) return [];
  return [{ title: 'Put `DECK_` before the name', edits: [replaced(document.text, node, changed)], isSure: false }];
}
