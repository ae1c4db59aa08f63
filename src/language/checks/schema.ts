import { isObject } from '../../core/json.js';
import type { Json, JsonObject } from '../../core/json.js';
import { validateEntity } from '../../schema/validate.js';
import type { SchemaProblem } from '../../schema/problem.js';
import { deckExtraKeys, dblessExtraKeys } from '../keys.js';
import { referredName } from '../entityIndex.js';
import type { EntityIndex } from '../entityIndex.js';
import type { Entity } from '../model.js';
import { isEnvTemplate } from '../templates.js';
import { valueAtPath } from '../values.js';
import type { CheckInput, Finding } from './check.js';
import { describeProblem } from './describeProblem.js';

/** Every entity is what Kong's schema of its kind says. */
export function* schema(input: CheckInput): Generator<Finding> {
  for (const entity of input.model.entities) {
    if (!input.facts.entities[entity.kind]) continue;
    const value = input.kind === 'deck' ? deckValue(entity, input) : dblessValue(entity, input.index);
    for (const problem of validateEntity(input.facts, entity.kind, value, { as: 'declarative' })) {
      if (!concerns(problem, entity, value, input)) continue;
      yield {
        severity: 'error',
        code: problem.code,
        path: [...entity.path, ...problem.path],
        ...describeProblem(problem, entity, input),
      };
    }
  }
}

/** Problems of what the file says: not of the parent put in for it, nor of text that decK will replace. */
function concerns(problem: SchemaProblem, entity: Entity, value: JsonObject, { kind }: CheckInput): boolean {
  if (entity.parent && problem.path[0] === entity.parent.field) return false;
  return kind !== 'deck' || !isEnvTemplate(valueAtPath(value, problem.path));
}

/** A nested entity refers to its parent by standing in it, and to nothing that is not in the file. */
function dblessValue(entity: Entity, index: EntityIndex): JsonObject {
  const value = { ...entity.value };
  for (const key of dblessExtraKeys) delete value[key];
  if (!entity.parent) return value;
  for (const [field, kind] of index.references(entity.kind)) {
    const name = referredName(value[field]);
    if (name === undefined || !index.find(kind, name)) delete value[field];
  }
  value[entity.parent.field] = parentReference;
  return value;
}

/** Stands for a parent whose id is not known. */
const parentReference: Json = { id: '00000000-0000-4000-8000-000000000000' };

/** What decK would send to Kong for an entity of its file. */
function deckValue(entity: Entity, { value: file, facts, index }: CheckInput): JsonObject {
  const { kind } = entity;
  const value: JsonObject = { ...defaultsOf(file, kind) };
  for (const [key, field] of Object.entries(entity.value)) {
    // decK reads `null` as not given.
    if (field !== null && !isDeckOnly(key, kind, facts.entities[kind]?.fields)) value[key] = field;
  }
  if (kind === 'plugins') value['config'] = pluginConfig(entity.value, file);
  if (value['config'] === undefined) delete value['config'];
  for (const [field] of index.references(kind)) {
    const name = referredName(value[field]);
    if (name !== undefined) value[field] = name;
  }
  if (entity.parent && facts.entities[kind]?.fields[entity.parent.field]) value[entity.parent.field] = parentReference;
  return value;
}

const isDeckOnly = (key: string, kind: string, fields: object | undefined): boolean =>
  !(fields && key in fields) && (deckExtraKeys[kind] ?? []).includes(key);

/** `_info.defaults`: what decK fills in where the file says nothing. */
function defaultsOf(file: JsonObject, kind: string): JsonObject {
  const info = file['_info'];
  const defaults = isObject(info) ? info['defaults'] : undefined;
  const ofKind = isObject(defaults) ? defaults[kind.replace(/s$/, '')] : undefined;
  return isObject(ofKind) ? ofKind : {};
}

/** A plugin's own configuration over the shared one that `_config` names. */
function pluginConfig(plugin: JsonObject, file: JsonObject): Json {
  const config = plugin['config'];
  const name = plugin['_config'];
  const shared =
    isObject(file['_plugin_configs']) && typeof name === 'string' ? file['_plugin_configs'][name] : undefined;
  if (!isObject(shared)) return config as Json;
  return isObject(config) ? { ...shared, ...config } : shared;
}
