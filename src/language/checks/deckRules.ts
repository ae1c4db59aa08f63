import { isObject } from '../../core/json.js';
import { oneOf } from '../article.js';
import {
  deckObjectReferences,
  deckRequires,
  deckUnknown,
  fieldsOf,
  isStrangeToDeck,
  misshapenForDeck,
  nullsForDeck,
} from '../deckFormat.js';
import type { Entity } from '../model.js';
import type { CheckInput, Finding } from './check.js';
import { deckLinks, strangeKeys } from './deckLinks.js';

/** What decK refuses and a DB-less gateway takes. */
export function* deckRules(input: CheckInput): Generator<Finding> {
  if (input.kind !== 'deck') return;
  for (const entity of input.model.entities) {
    if (!input.isReadByDeck && isStrangeToDeck(entity.kind, entity.value)) {
      yield* missing(entity, input);
      yield* unread(entity);
      yield* misshapen(entity);
    }
    if (refers(entity, input)) yield* referenceForm(entity, input);
    if (entity.kind === 'plugins' || entity.kind === 'consumers') yield* deckLinks(entity, input);
  }
}

function* missing({ kind, path, value }: Entity, { facts }: CheckInput): Generator<Finding> {
  for (const rule of deckRequires[kind] ?? []) {
    const fields = fieldsOf(rule);
    if (fields.some((field) => value[field] !== undefined && value[field] !== null)) continue;
    // What Kong wants too, the schema's check says.
    if (fields.some((field) => facts.entities[kind]?.fields[field]?.required)) continue;
    const names = fields.map((field) => `\`${field}\``).join(' or ');
    const message = `decK wants ${names} on ${oneOf(kind)}, though Kong can do without.`;
    yield { severity: 'error', code: 'required', message, path: [...path, fields[0]!], data: { missing: fields[0]! } };
  }
}

/** What decK has no place for: fields that it does not know, and `null`. */
function* unread({ kind, path, value }: Entity): Generator<Finding> {
  for (const field of deckUnknown[kind] ?? []) {
    if (value[field] === undefined) continue;
    const message = `decK knows no \`${field}\` of ${oneOf(kind)}, and refuses a file that has it.`;
    yield { severity: 'error', code: 'dbless-only', message, path: [...path, field], at: 'key' };
  }
  for (const place of nullsForDeck(value)) {
    const message = `decK takes no \`null\`: leave \`${place.join('.')}\` out.`;
    yield { severity: 'error', code: 'dbless-only', message, path: [...path, ...place] };
  }
}

/** What Kong takes for an empty list or map, or for a list by its numbers. What it takes for neither, the schema's check says. */
function* misshapen({ path, value }: Entity): Generator<Finding> {
  for (const field of misshapenForDeck(value)) {
    const own = value[field];
    const isTaken = Array.isArray(own) ? own.length === 0 : Object.keys(own ?? {}).every((key) => /^\d+$/.test(key));
    if (!isTaken) continue;
    const message = `decK wants a ${Array.isArray(own) ? 'map' : 'list'} for \`${field}\`, though Kong takes this.`;
    yield { severity: 'error', code: 'wrong-type', message, path: [...path, field] };
  }
}

/** Nearly all entities refer to others by where they stand, if at all. */
function refers({ kind, value }: Entity, { index }: CheckInput): boolean {
  for (const [field] of index.references(kind)) if (value[field] !== undefined && value[field] !== null) return true;
  return false;
}

function* referenceForm({ kind, path, value }: Entity, { facts, index }: CheckInput): Generator<Finding> {
  for (const [field, referred] of index.references(kind)) {
    const reference = value[field];
    const wantsObject = (deckObjectReferences[kind] ?? []).includes(field);
    if (typeof reference === 'string' && wantsObject) {
      const message = `decK wants \`${field}: { name: ${reference} }\`; plain text is the DB-less format.`;
      yield { severity: 'error', code: 'dbless-only', message, path: [...path, field] };
    } else if (isObject(reference) && wantsObject) {
      yield* strangeKeys(reference, new Set(Object.keys(facts.entities[referred]?.fields ?? {})), [...path, field]);
    } else if (isObject(reference)) {
      const message = `decK wants the name or id here as plain text.`;
      yield { severity: 'error', code: 'wrong-type', message, path: [...path, field] };
    }
  }
}
