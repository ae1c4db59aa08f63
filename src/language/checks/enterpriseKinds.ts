import { isObject } from '../../core/json.js';
import type { Json, JsonObject } from '../../core/json.js';
import { enterpriseKinds as kinds } from '../../schema/enterpriseKinds.js';
import type { SchemaFacts } from '../../schema/facts.js';
import { partialConfig } from '../../schema/partials.js';
import { validateEntity } from '../../schema/validate.js';
import { oneOf } from '../article.js';
import type { Entity } from '../model.js';
import { isEnvTemplate } from '../templates.js';
import { valueAtPath } from '../values.js';
import type { CheckInput, Finding } from './check.js';
import { describeProblem } from './describeProblem.js';

/** Kinds of decK's files that the gateway's facts don't hold, because it is an open-source one that they were asked of. */
export function* enterpriseKinds(input: CheckInput): Generator<Finding> {
  if (input.kind !== 'deck') return;
  const facts = { ...input.facts, entities: kinds };
  const partials = new Map<Json | undefined, SchemaFacts>();
  for (const kind of Object.keys(kinds)) {
    const list = input.value[kind];
    if (list === undefined || list === null || input.facts.entities[kind]) continue;
    if (!Array.isArray(list)) {
      // Of kinds that hold entities of the gateway's own the structure is judged already.
      if (kind !== 'consumer_groups') yield notList(kind);
      continue;
    }
    for (const [index, item] of list.entries()) {
      if (!isObject(item)) {
        // Of kinds that hold entities of the gateway's own the structure is judged already.
        if (kind !== 'consumer_groups') yield notMap(kind, index);
        continue;
      }
      const entity: Entity = { kind, path: [kind, index], value: given(item) };
      const judge = kind === 'partials' ? ofPartials(item['type'], facts, partials) : facts;
      for (const problem of validateEntity(judge, kind, entity.value, { as: 'declarative' })) {
        if (isEnvTemplate(valueAtPath(entity.value, problem.path))) continue;
        const path = [...entity.path, ...problem.path];
        yield { severity: 'error', code: problem.code, path, ...describeProblem(problem, entity, { ...input, facts }) };
      }
    }
  }
}

/** What a partial's configuration may be depends on its type. Made once a type, because facts are compiled. */
function ofPartials(type: Json | undefined, facts: SchemaFacts, made: Map<Json | undefined, SchemaFacts>): SchemaFacts {
  let judge = made.get(type);
  if (judge) return judge;
  const config = partialConfig(facts, type);
  const { partials } = kinds;
  judge =
    config && partials
      ? { ...facts, entities: { ...kinds, partials: { ...partials, fields: { ...partials.fields, config } } } }
      : facts;
  made.set(type, judge);
  return judge;
}

const notList = (kind: string): Finding => ({
  severity: 'error',
  code: 'wrong-type',
  message: `\`${kind}\` must be a list.`,
  path: [kind],
});

const notMap = (kind: string, index: number): Finding => ({
  severity: 'error',
  code: 'wrong-type',
  message: `This must be ${oneOf(kind)}: keys and values.`,
  path: [kind, index],
});

/** Without what is null, which decK reads as not given, and without the plugins inside, which are judged by themselves. */
const given = (item: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(item).filter(([key, value]) => value !== null && key !== 'plugins'));
