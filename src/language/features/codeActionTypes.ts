import { replaced } from '../edits.js';
import { referredKind } from '../entityReferences.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import { resolvePlain } from '../scalars.js';
import { asWritten } from '../writtenValue.js';
import { factsAt, referredNode, type Finding, type Fix } from './codeActionFinding.js';

/** Text that is a number or a boolean to YAML: `on`, `0120`, `3.0`. */
export function quoteValue(document: OpenDocument, { path, suggestions }: Finding): Fix[] {
  const node = document.nodeAt(path);
  if (node?.type !== 'scalar' || node.style !== 'plain' || typeof node.value === 'string' || node.value === null)
    return [];
  const written = document.text.slice(node.start, node.end);
  const known = factsAt(document, path);
  const wantsText = known ? known.type === 'string' : path[0] === '_format_version';
  if (!wantsText) return [];
  const exact =
    path[0] === '_format_version' && !suggestions.includes(written) ? (suggestions.at(-1) ?? written) : written;
  return [
    {
      title: `Put \`${exact}\` in quotes`,
      edits: [replaced(document.text, node, JSON.stringify(exact))],
      isSure: true,
    },
  ];
}

/** A key that is a number or a boolean to YAML. */
export function quoteKey(document: OpenDocument, { range }: Finding): Fix[] {
  const span = { start: document.text.offset(range.start), end: document.text.offset(range.end) };
  const written = document.text.slice(span.start, span.end);
  const isKey = /^\s*:(?:\s|$)/.test(document.text.slice(span.end, span.end + 2));
  if (!isKey || written === '' || typeof resolvePlain(written) === 'string') return [];
  return [
    {
      title: `Put \`${written}\` in quotes`,
      edits: [replaced(document.text, span, JSON.stringify(written))],
      isSure: true,
    },
  ];
}

/** A number or a boolean that stands in quotes. */
export function bareValue(document: OpenDocument, { path }: Finding): Fix[] {
  const node = document.nodeAt(path);
  if (node?.type !== 'scalar' || node.style !== 'quoted' || typeof node.value !== 'string') return [];
  const known = factsAt(document, path);
  const isNumber = known?.type === 'integer' || known?.type === 'number';
  const fits = isNumber ? /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/ : known?.type === 'boolean' ? /^(?:true|false)$/ : undefined;
  if (!fits?.test(node.value)) return [];
  return [{ title: 'Take the quotes away', edits: [replaced(document.text, node, node.value)], isSure: true }];
}

/** One value where a list belongs. */
export function intoList(document: OpenDocument, { path }: Finding): Fix[] {
  const node = document.nodeAt(path);
  if (node?.type !== 'scalar' || node.style === 'block' || node.value === null) return [];
  const known = factsAt(document, path);
  if (known?.type !== 'array' && known?.type !== 'set') return [];
  const written = document.text.slice(node.start, node.end);
  const item = node.style === 'plain' && /[,[\]{}]/.test(written) ? JSON.stringify(written) : written;
  return [{ title: 'Make it a list', edits: [replaced(document.text, node, `[${item}]`)], isSure: true }];
}

/** `service: orders` for Kong, `service: { name: orders }` for decK, and plain text for decK elsewhere. */
export function referenceForm(document: OpenDocument, { code, path }: Finding): Fix[] {
  const { kind, field } = placeOf(path, document.kind, document.facts);
  const isReference =
    kind !== undefined && field.length === 1 && referredKind(kind, String(field[0]), false, document.facts);
  if (document.kind !== 'deck' || !isReference) return [];
  const node = document.nodeAt(path);
  const name = referredNode(document, path);
  if (!node || name?.type !== 'scalar' || name.style === 'block' || typeof name.value !== 'string') return [];
  const written = document.text.slice(name.start, name.end);
  const isText = node.type === 'scalar';
  if (code === 'dbless-only' && isText && path.length > 1) {
    const edits = [replaced(document.text, node, `{ name: ${asWritten(name.value, written)} }`)];
    return [{ title: `Write \`{ name: ${name.value} }\`, as decK does`, edits, isSure: true }];
  }
  if (code !== 'wrong-type' || isText || node.flow === false) return [];
  return [
    { title: `Write \`${name.value}\`, as decK does`, edits: [replaced(document.text, node, written)], isSure: true },
  ];
}
