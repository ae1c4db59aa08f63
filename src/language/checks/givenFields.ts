import { isObject } from '../../core/json.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { FieldFacts, SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import type { Entity } from '../model.js';

/** A field that an entity gives, beside what Kong's schema says of it. */
export interface GivenField {
  /** From the entity. */
  path: Path;
  field: FieldFacts;
  value: Json;
  /** What holds the field. */
  record: JsonObject;
}

type Fields = Readonly<Record<string, FieldFacts>>;
type Wanted = (field: FieldFacts) => boolean;

/** Finds fields of one sort in entities. Kinds and plugins that have none of that sort cost nothing. */
export class FieldFinder {
  private readonly has = new Map<string, boolean>();

  constructor(
    private readonly facts: SchemaFacts,
    private readonly wanted: Wanted,
  ) {}

  *in({ kind, value }: Entity): Generator<GivenField> {
    const name = kind === 'plugins' ? value['name'] : undefined;
    const plugin =
      typeof name === 'string' && Object.hasOwn(this.facts.plugins, name) ? this.facts.plugins[name] : undefined;
    const entity = this.facts.entities[kind];
    const fields: Fields = { ...entity?.fields, ...entity?.shorthand_fields, ...plugin?.fields };
    const place = plugin ? `plugins/${String(name)}` : kind;
    let has = this.has.get(place);
    if (has === undefined) this.has.set(place, (has = holds(fields, this.wanted)));
    if (has) yield* given(value, fields, [], this.wanted);
  }
}

function holds(fields: Fields, wanted: Wanted): boolean {
  return Object.values(fields).some((field) => wanted(field) || holds(below(field), wanted));
}

/** Fields inside a field, those of a list's members and a map's values under a name of no meaning. */
function below({ fields, shorthand_fields, elements, values }: FieldFacts): Fields {
  return { ...fields, ...shorthand_fields, ...(elements && { '[]': elements }), ...(values && { '{}': values }) };
}

function* given(record: JsonObject, fields: Fields, path: Path, wanted: Wanted): Generator<GivenField> {
  for (const [name, value] of Object.entries(record)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field) yield* givenIn({ path: [...path, name], field, value, record }, wanted);
  }
}

function* givenIn(found: GivenField, wanted: Wanted): Generator<GivenField> {
  const { path, field, value, record } = found;
  if (wanted(field)) yield found;
  if (Array.isArray(value) && field.elements) {
    const { elements } = field;
    for (const [index, member] of value.entries()) {
      yield* givenIn({ path: [...path, index], field: elements, value: member, record }, wanted);
    }
  } else if (isObject(value) && field.values) {
    const { values } = field;
    for (const [key, member] of Object.entries(value)) {
      yield* givenIn({ path: [...path, key], field: values, value: member, record }, wanted);
    }
  } else if (isObject(value)) {
    yield* given(value, { ...field.fields, ...field.shorthand_fields }, path, wanted);
  }
}
