import { formatPath } from '../../schema/problem.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path, SchemaProblem } from '../../schema/problem.js';
import { oneOf } from '../article.js';
import { valueAtPath } from '../values.js';
import { singular } from '../model.js';
import type { Entity } from '../model.js';
import { fieldAt, fieldsAt } from '../schemaFields.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import type { CheckInput, Finding } from './check.js';
import { plainWords, wrongType } from './plainWords.js';
import { routerRegex } from './routerRegex.js';

type Description = Pick<Finding, 'message' | 'at' | 'mark' | 'data'> & Partial<Pick<Finding, 'code'>>;

/** A problem in words that say what to do, with what to mark and what could stand there instead. */
export function describeProblem(problem: SchemaProblem, entity: Entity, input: CheckInput): Description {
  const field = formatPath(problem.path);
  const what = nameOf(entity);
  const ofUrl = wrongUrl(problem, entity);
  if (ofUrl) return ofUrl;
  switch (problem.code) {
    case 'unknown-field':
      return unknownField(problem, entity, input);
    case 'required':
      return {
        message: `\`${field}\` is missing: ${what} needs it${orInstead(entity.kind, field)}.`,
        data: { missing: String(problem.path.at(-1) ?? '') },
      };
    case 'not-in-enum':
      return choice(problem, field, entity);
    case 'unknown-plugin':
      return unknownPlugin(entity, input);
    case 'wrong-type':
      return { message: `\`${field}\` ${wrongType(problem, valueAtPath(entity.value, problem.path))}.` };
    case 'wrong-scope':
      return wrongScope(field, entity);
    case 'entity-check':
      return (
        routerRegex(problem, entity) ?? { message: `${capital(what)}: ${words(problem, entity, input)}`, at: 'entity' }
      );
    default:
      return { message: `${problem.path.length ? `\`${field}\`` : capital(what)}: ${words(problem, entity, input)}` };
  }
}

/** A plugin inside an entity is applied to it by its place. */
function wrongScope(field: string, { parent }: Entity): Description {
  const message = `This plugin cannot be applied to a ${field.replace('_', ' ')}: take`;
  if (parent?.field === field)
    return { message: `${message} it out of the ${singular(parent.entity.kind)}.`, at: 'entity' };
  return { message: `${message} \`${field}\` out.` };
}

function words(problem: SchemaProblem, entity: Entity, { facts }: CheckInput): string {
  const { match } = fieldAt(facts, entity, problem.path) ?? {};
  return sentence(plainWords(problem, valueAtPath(entity.value, problem.path), match));
}

/** What is wrong with a field that was never written: a `url` stands for it. */
function wrongUrl({ path, message }: SchemaProblem, { kind, path: at, value }: Entity): Description | undefined {
  const [field] = path;
  if (kind !== 'services' || field === undefined || field in value || typeof value['url'] !== 'string')
    return undefined;
  const said = `\`url\` must be a whole address, such as \`http://example.com:80/path\`: its \`${field}\` is not right (${message}).`;
  return { message: said, mark: [...at, 'url'] };
}

/** Another field that does as well. */
const orInstead = (kind: string, field: string): string =>
  kind === 'services' && field === 'host' ? ', or a `url` with scheme, host, port and path in one' : '';

function unknownField(
  { path, allowed }: SchemaProblem,
  entity: Entity,
  { facts, kind, model }: CheckInput,
): Description {
  const key = String(path.at(-1) ?? '');
  const children = path.length === 1 ? model.nesting(entity.kind).map((nested) => nested.key) : [];
  const known = [...(allowed ?? Object.keys(fieldsAt(facts, entity, path.slice(0, -1)) ?? {})), ...children];
  const close = suggest(key, known);
  const suggestions = close.length ? close : [...(otherNames[`${entity.kind}.${key}`] ?? [])];
  const where = path.length > 1 ? `\`${formatPath(path.slice(0, -1))}\`` : nameOf(entity);
  const hint =
    kind === 'dbless' && deckOnly.has(key) ? ' Only decK reads it.' : belongsInConfig(entity, path, facts, key);
  return {
    message: `${capital(where)} has no field \`${key}\`.${didYouMean(suggestions)}${hint}`,
    at: 'key',
    data: { suggestions },
  };
}

/** What people call fields that Kong calls otherwise, and not nearly alike. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  'consumers.name': ['username'],
  'services.uri': ['url'],
  'services.upstream_url': ['url'],
  'routes.uris': ['paths'],
  'routes.uri': ['paths'],
  'targets.host': ['target'],
  'targets.url': ['target'],
};

/** A setting of a plugin that stands beside its `config`. */
function belongsInConfig(entity: Entity, path: Path, facts: SchemaFacts, key: string): string {
  if (entity.kind !== 'plugins' || path.length !== 1) return '';
  const inConfig = fieldsAt(facts, entity, ['config']);
  return inConfig && Object.hasOwn(inConfig, key) ? ' It belongs under `config`.' : '';
}

const deckOnly = new Set(['_config', 'groups', 'partials']);

function choice({ message, path, allowed }: SchemaProblem, field: string, entity: Entity): Description {
  const value = valueAtPath(entity.value, path);
  const suggestions = typeof value === 'string' && allowed ? suggest(value, allowed) : [];
  return {
    message: `\`${field}\`: ${sentence(message)}${didYouMean(suggestions)}`,
    data: { suggestions: suggestions.length ? suggestions : (allowed ?? []) },
  };
}

function unknownPlugin(entity: Entity, { facts }: CheckInput): Description {
  const name = String(entity.value['name'] ?? '');
  const suggestions = suggest(name, Object.keys(facts.plugins));
  const message = `Kong ${facts.version} knows no plugin \`${name}\`.${didYouMean(suggestions)} A plugin of your own must be installed and enabled on the gateway.`;
  return { message, data: { suggestions } };
}

/** "the plugin `cors`", "this route". */
function nameOf({ kind, value }: Entity): string {
  const name = kind === 'plugins' ? value['name'] : undefined;
  return typeof name === 'string' ? `the plugin \`${name}\`` : oneOf(kind);
}

/** Kong's words with a full stop, where they have no ending of their own. */
const sentence = (text: string): string => text.replace(/:$/, '').replace(/([^.!?])$/, '$1.');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
