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

/** @param path of the field in its kind: `config.redis.password`, `config.hosts[]`, `config.headers.*`. */
type Wanted = (field: FieldFacts, kind: string, path: string) => boolean;

/** A field that is wanted, or that holds one that is. */
interface Step {
  field: FieldFacts;
  wanted: boolean;
  /** Of a list's members, of a map's values. */
  elements: Step | undefined;
  values: Step | undefined;
  /** Of a record. */
  fields: Plan;
}

type Plan = readonly (readonly [name: string, step: Step])[];

/** Finds fields of one sort in the entities of a version. Kinds and plugins that have none of that sort cost nothing. */
export function fieldFinder(wanted: Wanted): (facts: SchemaFacts, entity: Entity) => readonly GivenField[] {
  const known = new WeakMap<SchemaFacts, { kinds: Map<string, Plan>; plugins: Map<string, Plan> }>();
  return (facts, { kind, value }) => {
    let plans = known.get(facts);
    if (!plans) known.set(facts, (plans = { kinds: new Map<string, Plan>(), plugins: new Map<string, Plan>() }));
    const name = kind === 'plugins' ? value['name'] : undefined;
    const [among, place] = typeof name === 'string' ? [plans.plugins, name] : [plans.kinds, kind];
    let plan = among.get(place);
    if (!plan)
      among.set(place, (plan = planOf(fieldsOf(facts, kind, name), '', (field, path) => wanted(field, kind, path))));
    if (plan.length === 0) return nothing;
    const found: GivenField[] = [];
    given(value, plan, undefined, found);
    return found.length === 0 ? nothing : found;
  };
}

const nothing: readonly GivenField[] = [];

/** The fields of a kind, a plugin's own among them. */
function fieldsOf(facts: SchemaFacts, kind: string, name: unknown): Readonly<Record<string, FieldFacts>> {
  const plugin = typeof name === 'string' && Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  const entity = facts.entities[kind];
  return { ...entity?.fields, ...entity?.shorthand_fields, ...plugin?.fields };
}

type WantedAt = (field: FieldFacts, path: string) => boolean;

function planOf(fields: Readonly<Record<string, FieldFacts>>, path: string, wanted: WantedAt): Plan {
  return Object.entries(fields).flatMap(([name, field]) => {
    const step = stepOf(field, path === '' ? name : `${path}.${name}`, wanted);
    return step ? [[name, step] as const] : [];
  });
}

function stepOf(field: FieldFacts, path: string, wanted: WantedAt): Step | undefined {
  const step: Step = {
    field,
    wanted: wanted(field, path),
    elements: field.elements && stepOf(field.elements, `${path}[]`, wanted),
    values: field.values && stepOf(field.values, `${path}.*`, wanted),
    fields: planOf({ ...field.fields, ...field.shorthand_fields }, path, wanted),
  };
  return step.wanted || step.elements || step.values || step.fields.length ? step : undefined;
}

/** Where a value is, from the entity down; made a path only for what is found. */
type Trail = { above: Trail; key: string | number } | undefined;

function pathOf(trail: Trail): Path {
  const path: (string | number)[] = [];
  for (let at = trail; at; at = at.above) path.unshift(at.key);
  return path;
}

function given(record: JsonObject, plan: Plan, above: Trail, found: GivenField[]): void {
  for (const [name, step] of plan) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (value === undefined) continue;
    const isOpen = typeof value === 'object' && value !== null;
    if (step.wanted || isOpen) givenIn(step, value, record, { above, key: name }, found);
  }
}

function givenIn(step: Step, value: Json, record: JsonObject, trail: Trail, found: GivenField[]): void {
  if (step.wanted) found.push({ path: pathOf(trail), field: step.field, value, record });
  const { elements, values } = step;
  if (Array.isArray(value)) {
    if (!elements) return;
    value.forEach((member, index) => {
      givenIn(elements, member, record, { above: trail, key: index }, found);
    });
  } else if (isObject(value) && step.field.values) {
    if (!values) return;
    for (const [key, member] of Object.entries(value)) {
      givenIn(values, member, record, { above: trail, key }, found);
    }
  } else if (isObject(value)) {
    given(value, step.fields, trail, found);
  }
}
