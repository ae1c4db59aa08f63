import type { InlayHint } from 'vscode-languageserver-types';
import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { withDefaults } from '../../schema/defaults.js';
import type { Range } from '../diagnostic.js';
import { entityNodesIn, type EntityNode } from '../entityNodes.js';
import { nestingOf } from '../model.js';
import type { OpenDocument } from '../openDocument.js';

/** Characters of a hint; the tooltip has everything. */
const longest = 80;

/** What Kong fills in where an entity says nothing, at the end of the entity's first line; of what is on the screen. */
export function inlayHints(document: OpenDocument, range: Range): InlayHint[] {
  const hints: InlayHint[] = [];
  const ofFile = decksDefaults(document);
  // A range that ends before the first character of a line ends with the line before.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  const lines = { start: { line: range.start.line, character: 0 }, end: { line: last + 1, character: 0 } };
  for (const entity of entityNodesIn(document, lines)) {
    const { line } = document.text.position(entity.node.start);
    if (line < range.start.line || line > last || entity.node.flow) continue;
    const filled = filledIn(document, entity, ofFile);
    if (filled.length === 0) continue;
    const short = filled.map(([name, value]) => `${name}: ${shown(value)}`).join(' · ');
    hints.push({
      position: { line, character: document.text.line(line).length },
      label: short.length > longest ? `${short.slice(0, longest)}…` : short,
      paddingLeft: true,
      tooltip: {
        kind: 'markdown',
        value: `Not in the file, so Kong ${document.facts.version} takes:\n\n${filled.map(([name, value]) => `- \`${name}: ${shown(value)}\``).join('\n')}`,
      },
    });
  }
  return hints;
}

function filledIn(document: OpenDocument, { kind, value }: EntityNode, ofFile: JsonObject): [string, Json][] {
  const { facts } = document;
  if (!facts.entities[kind]) return [];
  const nested = new Set(nestingOf(document.kind, facts)(kind).map(({ key }) => key));
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => !nested.has(key)));
  const ofKind = ofFile[kind.replace(/s$/, '')];
  const given = { ...(isObject(ofKind) ? ofKind : {}), ...own };
  let full: JsonObject;
  try {
    full = withDefaults(facts, kind, given, { nulls: false, deprecated: false });
  } catch {
    // What is no entity yet has no defaults.
    return [];
  }
  return [...added(own, full)];
}

/** Fields that are in one value and not in another, at every depth of plain maps. */
function* added(before: JsonObject, after: JsonObject, path = ''): Generator<[string, Json]> {
  for (const [key, value] of Object.entries(after)) {
    const given = before[key];
    if (value === null || value === undefined) continue;
    if (isObject(value) && (given === undefined || isObject(given))) yield* added(given ?? {}, value, `${path}${key}.`);
    else if (given === undefined) yield [`${path}${key}`, value];
  }
}

/** decK's `_info.defaults`. */
function decksDefaults(document: OpenDocument): JsonObject {
  const info = document.kind === 'deck' && document.topKeys.includes('_info') ? document.valueAt(['_info']) : undefined;
  const defaults = isObject(info) ? info['defaults'] : undefined;
  return isObject(defaults) ? defaults : {};
}

const shown = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
};
