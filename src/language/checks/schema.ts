import { isObject } from '../../core/json.js';
import type { Json, JsonObject } from '../../core/json.js';
import { migratedPath } from '../../schema/formats/path.js';
import { validateEntity } from '../../schema/validate.js';
import type { SchemaProblem } from '../../schema/problem.js';
import type { ValidateOptions } from '../../schema/validate.js';
import { deckExtraKeys, dblessExtraKeys } from '../keys.js';
import { referredName } from '../entityIndex.js';
import type { Entity } from '../model.js';
import { completedPlugin, isShared, type Completed } from '../partials.js';
import { isMigrated, soundEntities } from '../soundEntities.js';
import { isEnvTemplate } from '../templates.js';
import { valueAtPath } from '../values.js';
import type { CheckInput, Finding } from './check.js';
import { describeProblem } from './describeProblem.js';
import { droppedPlugin } from './droppedPlugin.js';
import { notes } from './notes.js';

/** Every entity is what Kong's schema of its kind says. */
export function* schema(input: CheckInput): Generator<Finding> {
  const isSound = soundEntities(input);
  let count = 0;
  for (const entity of input.model.entities) {
    if (input.kind === 'dbless' && dblessExtraKeys.some((key) => key in entity.value)) {
      yield* notes(entity.value, entity.path);
    }
    if (!input.facts.entities[entity.kind] || isSound(entity)) continue;
    const sent = sentValue(entity, input);
    const completed = entity.kind === 'plugins' ? completedPlugin(entity.value, input.value) : undefined;
    const value = completed ? { ...sent, config: completed.plugin['config'] ?? {} } : sent;
    const options: ValidateOptions = {
      as: 'declarative',
      dbless: input.kind === 'dbless',
      ...(entity.parent && isLoose(entity, input) && { parent: entity.parent.field }),
      ...(input.crypto && { crypto: input.crypto }),
    };
    const all = validateEntity(input.facts, entity.kind, value, options);
    const own = completed ? ownProblems(all, completed) : all;
    const problems = isByExpression(entity) ? own.filter(({ code }) => code !== 'entity-check') : own;
    const dropped = input.kind === 'dbless' && droppedPlugin(entity, problems, input.facts);
    if (dropped) {
      yield dropped;
      continue;
    }
    for (const problem of input.kind === 'deck' ? withoutTemplates(problems, value) : problems) {
      yield {
        severity: 'error',
        code: problem.code,
        path: [...entity.path, ...problem.path],
        ...(++count > described ? { message: problem.message } : describeProblem(problem, entity, input)),
      };
    }
  }
}

/** A gateway whose router goes by expressions asks for none of the fields that others go by. */
const isByExpression = ({ kind, value }: Entity): boolean =>
  kind === 'routes' && typeof value['expression'] === 'string';

/** decK replaces templates before Kong sees them: what is wrong with one is not, nor what else may be wrong because of it. */
function withoutTemplates(problems: SchemaProblem[], value: JsonObject): SchemaProblem[] {
  const sure = problems.filter(({ path }) => !isEnvTemplate(valueAtPath(value, path)));
  return sure.length === problems.length ? sure : sure.filter(({ code }) => code !== 'entity-check');
}

/** A plugin's own problems, for sure: what a partial has is judged with the partial, and may be what the rest lacks. */
function ownProblems(problems: SchemaProblem[], { shared, open }: Completed): SchemaProblem[] {
  const own = problems.filter(({ path }) => !isShared(path, shared));
  if (!open && own.length === problems.length) return own;
  return own.filter(({ code }) => code !== 'required' && code !== 'entity-check');
}

/** Beyond so many problems Kong's own words do: they are only counted. */
const described = 5000;

/** What Kong would get for an entity of the file, references left as names. */
export function sentValue(entity: Entity, input: CheckInput): JsonObject {
  return input.kind === 'deck' ? deckValue(entity, input) : dblessValue(entity, input);
}

/** What an entity says of itself. A nested one refers to its parent by standing in it; other references are judged elsewhere. */
function dblessValue(entity: Entity, input: CheckInput): JsonObject {
  const { index } = input;
  const value = { ...entity.value };
  if (isMigrated(entity.kind, input) && Array.isArray(value['paths'])) {
    value['paths'] = value['paths'].map((path) => (typeof path === 'string' ? migratedPath(path) : path));
  }
  for (const key of dblessExtraKeys) delete value[key];
  if (entity.parent) for (const [field] of index.references(entity.kind)) delete value[field];
  return value;
}

/** What decK would send to Kong for an entity of its file. */
function deckValue(entity: Entity, { value: file, facts, index }: CheckInput): JsonObject {
  const { kind } = entity;
  const value: JsonObject = { ...defaultsOf(file, kind) };
  for (const [key, field] of Object.entries(entity.value)) {
    // decK reads `null` as not given.
    if (field !== null && !isDeckOnly(key, kind, facts.entities[kind]?.fields)) value[key] = field;
  }
  if (kind === 'plugins') value['config'] = pluginConfig(entity.value, file);
  if (value['config'] === undefined || value['config'] === null) delete value['config'];
  for (const [field] of index.references(kind)) {
    const name = referredName(value[field]);
    if (name !== undefined) value[field] = name;
  }
  const { parent } = entity;
  if (parent && isLoose(entity, { kind: 'deck', facts })) delete value[parent.field];
  else if (parent) value[parent.field] = 'parent';
  return value;
}

/** Whether it is the place alone that says what the parent is. decK sends the reference, and Kong judges it as any other. */
export const isLoose = ({ kind, parent }: Entity, input: Pick<CheckInput, 'kind' | 'facts'>): boolean =>
  input.kind === 'dbless' || parent === undefined || !input.facts.entities[kind]?.fields[parent.field];

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
