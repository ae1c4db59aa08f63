import type { TextEdit } from 'vscode-languageserver-types';
import { isObject } from '../../core/json.js';
import type { FieldFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import { addEntry, entryAt, lastOf, removeEntry, replaced } from '../edits.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import { fieldAt } from '../schemaFields.js';
import type { Entry, MapNode } from '../tree.js';
import { asWritten } from '../writtenValue.js';
import type { Finding, Fix } from './codeActionFinding.js';

/** Writes a deprecated field's value where the newer fields are that Kong names. Only of fields of the same type: others want a value of another form. */
export function moveDeprecated(document: OpenDocument, { path }: Finding): Fix[] {
  const found = entryAt(document, path);
  const record = path.slice(0, -1);
  const targets = targetsOf(document, path);
  if (!found?.parent || targets.length === 0) return [];
  if (targets.some((to) => document.nodeAt([...record, ...to]) !== undefined)) return [];
  const edits = moves(document, { entry: found.entry, parent: found.parent, record, targets });
  if (edits.length === 0) return [];
  const names = targets.map((to) => `\`${to.join('.')}\``).join(' and ');
  // Two fields that move into a record that is not there yet would each make one.
  const isAlone = targets.every((to) => to.length === 1 || document.nodeAt([...record, ...to.slice(0, -1)]));
  return [{ title: `Write ${names} instead of \`${found.entry.key}\``, edits, isSure: isAlone }];
}

/** Where the value goes, from the record that the field is in. None where the types differ. */
function targetsOf(document: OpenDocument, path: Path): string[][] {
  const { kind, depth, field } = placeOf(path, document.kind, document.facts);
  if (kind === undefined) return [];
  const entity = document.valueAt(path.slice(0, depth));
  const factsOf = (at: Path): FieldFacts | undefined =>
    fieldAt(document.facts, { kind, value: isObject(entity) ? entity : {} }, at);
  const own = factsOf(field);
  const targets = (own?.deprecation?.replaced_with ?? []).map((to) => to.path);
  const fits = (to: string[]): boolean => {
    const other = factsOf([...field.slice(0, -1), ...to]);
    return other?.type === own?.type && other?.elements?.type === own?.elements?.type;
  };
  return targets.every((to) => to.length <= 2 && fits(to)) ? targets : [];
}

interface Move {
  entry: Entry;
  parent: MapNode;
  record: Path;
  targets: readonly string[][];
}

function moves(document: OpenDocument, { entry, parent, record, targets }: Move): TextEdit[] {
  const { text } = document;
  const { keySpan, value } = entry;
  const written = text.slice(keySpan.start, keySpan.end);
  const [first = []] = targets;
  const [key = '', inner] = first;
  if (targets.length === 1 && inner === undefined) return [replaced(text, keySpan, asWritten(key, written))];
  const isOneLine = text.position(value.start).line === text.position(lastOf(text, value)).line;
  if (!isOneLine || (value.type === 'scalar' && value.style === 'block')) return [];
  const isJson = written.startsWith('"');
  const said = text.slice(value.start, lastOf(text, value));
  const span = { start: keySpan.start, end: lastOf(text, value) };
  if (inner === undefined) {
    if (targets.some((to) => to.length > 1)) return [];
    const gap = parent.flow ? ', ' : `\n${' '.repeat(text.position(keySpan.start).character)}`;
    const all = targets.map(([name = '']) => `${asWritten(name, written)}: ${said}`);
    return [replaced(text, span, all.join(gap))];
  }
  if (targets.length > 1) return [];
  if (document.nodeAt([...record, key])) {
    const added = addEntry(document, [...record, key], inner, document.valueAt([...record, entry.key]) ?? null);
    return added.length === 0 ? [] : [...removeEntry(document, entry, parent), ...added];
  }
  const name = isJson ? JSON.stringify(inner) : inner;
  const blanks = ' '.repeat(text.position(keySpan.start).character + 2);
  const nested = parent.flow ? `{${name}: ${said}}` : `\n${blanks}${name}: ${said}`;
  return [replaced(text, span, `${asWritten(key, written)}:${parent.flow ? ' ' : ''}${nested}`)];
}
