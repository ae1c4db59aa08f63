import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { SchemaFacts } from '../../schema/facts.js';
import { installedFacts, type Installation } from '../../schema/installed.js';
import type { Path } from '../../schema/problem.js';
import type { CheckInput } from '../checks/check.js';
import { sentValue } from '../checks/schema.js';
import type { KongDocument } from '../document.js';
import type { FileKind } from '../fileKind.js';
import { deckTopLevel } from '../keys.js';
import type { Entity } from '../model.js';
import { isEnvTemplate } from '../templates.js';
import { contentOf, kindOf } from '../validate.js';

/** What to ask a gateway's schema of a kind: would it take this? */
export interface Question {
  kind: string;
  value: JsonObject;
  /** Where in the file entities stand that are asked about by it. */
  places: Path[];
}

export interface Questions {
  kind: FileKind;
  /** What the file was read by. */
  facts: SchemaFacts;
  /** How many entities the file holds. */
  entities: number;
  questions: Question[];
  /** How many entities have values that only decK can fill in: what is said of those values does not count. */
  templated: number;
  /** Lists of the file that no question can be made of. */
  unasked: string[];
}

/** A reference that is well formed: whether it leads anywhere no schema asks. */
const anybody = { id: '00000000-0000-4000-8000-000000000000' };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What a file would have a gateway take, entity by entity; entities that are alike are asked about once.
 * @returns no questions for a text that cannot be read.
 */
export function questionsOf(
  document: KongDocument,
  { kind: wanted, facts, ...installation }: { kind: 'auto' | FileKind; facts: SchemaFacts } & Installation,
): Questions {
  const known = installedFacts(facts, installation);
  const { kind } = kindOf(document, wanted, known);
  const content = document.problems.length > 0 ? undefined : contentOf(document, { kind, facts: known });
  const entities = content
    ? [...content.model.entities.map((entity) => questionOf(entity, content)), ...otherEntities(content)]
    : [];
  const byText = new Map<string, Question>();
  let templated = 0;
  for (const { kind: of, value, place } of entities) {
    if (holdsTemplate(value)) templated++;
    const text = JSON.stringify([of, value]);
    const asked = byText.get(text);
    if (asked) asked.places.push(place);
    else byText.set(text, { kind: of, value, places: [place] });
  }
  return {
    kind,
    facts: known,
    entities: entities.length,
    questions: [...byText.values()],
    templated,
    unasked: unaskedOf(content),
  };
}

/** Every entity of a file. */
export function entitiesOf(document: KongDocument, kind: FileKind, facts: SchemaFacts): readonly Entity[] {
  return contentOf(document, { kind, facts })?.model.entities ?? [];
}

interface One {
  kind: string;
  value: JsonObject;
  place: Path;
}

/** Lists of decK's that hold entities just as Kong has them. */
const plainLists = ['licenses', 'partials'];

function otherEntities({ kind, value }: CheckInput): One[] {
  if (kind !== 'deck') return [];
  const plain = plainLists.flatMap((list) =>
    objectsIn(value[list]).map(([item, index]) => ({ kind: list, value: item, place: [list, index] })),
  );
  const custom = objectsIn(value['custom_entities']).flatMap(([{ type, fields }, index]) => {
    if (typeof type !== 'string' || type === '') return [];
    return [{ kind: type, value: isObject(fields) ? fields : {}, place: ['custom_entities', index, 'fields'] }];
  });
  return [...plain, ...custom];
}

function objectsIn(list: Json | undefined): [item: JsonObject, index: number][] {
  const found: [JsonObject, number][] = [];
  if (Array.isArray(list)) list.forEach((item, index) => isObject(item) && found.push([item, index]));
  return found;
}

function unaskedOf(content: CheckInput | undefined): string[] {
  if (content?.kind !== 'deck') return [];
  const asked = [...plainLists, 'custom_entities'];
  return deckTopLevel.other.filter((list) => !asked.includes(list) && objectsIn(content.value[list]).length > 0);
}

function questionOf(entity: Entity, input: CheckInput): One {
  const { kind, path } = entity;
  const value = { ...sentValue(entity, input) };
  for (const [field] of input.index.references(kind)) {
    const isParent = entity.parent?.field === field;
    const isNeeded = input.kind === 'deck' || input.facts.entities[kind]?.foreign?.[field]?.required === true;
    if (isParent ? isNeeded : isReference(value[field])) value[field] = anybody;
  }
  // An id in order says nothing to a schema, and would make every entity another question.
  if (typeof value['id'] === 'string' && uuid.test(value['id'])) delete value['id'];
  // Kong fails at a time to live that is null.
  if (value['ttl'] === null) delete value['ttl'];
  return { kind, value, place: path };
}

const isReference = (value: Json | undefined): boolean =>
  (typeof value === 'string' && value !== '') || (isObject(value) && Object.keys(value).length > 0);

function holdsTemplate(value: Json): boolean {
  if (typeof value === 'string') return isEnvTemplate(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}
