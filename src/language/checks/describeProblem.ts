import { formatPath } from '../../schema/problem.js';
import type { SchemaProblem } from '../../schema/problem.js';
import { valueAtPath } from '../values.js';
import { singular } from '../model.js';
import type { Entity } from '../model.js';
import { fieldsAt } from '../schemaFields.js';
import { didYouMean, suggest } from '../suggest.js';
import type { CheckInput, Finding } from './check.js';
import { routerRegex } from './routerRegex.js';

type Description = Pick<Finding, 'message' | 'at' | 'mark' | 'data'> & Partial<Pick<Finding, 'code'>>;

/** A problem in words that say what to do, with what to mark and what could stand there instead. */
export function describeProblem(problem: SchemaProblem, entity: Entity, input: CheckInput): Description {
  const field = formatPath(problem.path);
  const what = nameOf(entity);
  switch (problem.code) {
    case 'unknown-field':
      return unknownField(problem, entity, input);
    case 'required':
      return {
        message: `\`${field}\` is missing: ${what} needs it.`,
        data: { missing: String(problem.path.at(-1) ?? '') },
      };
    case 'not-in-enum':
      return choice(problem, field, entity);
    case 'unknown-plugin':
      return unknownPlugin(entity, input);
    case 'wrong-type':
      return {
        message: `\`${field}\`: ${problem.message}, found ${typeName(valueAtPath(entity.value, problem.path))}.`,
      };
    case 'wrong-scope':
      return { message: `This plugin cannot be applied to a ${field}: take \`${field}\` out.` };
    case 'entity-check':
      return (
        routerRegex(problem, entity) ?? { message: `${capital(what)}: ${sentence(problem.message)}`, at: 'entity' }
      );
    default:
      return {
        message: problem.path.length
          ? `\`${field}\`: ${sentence(problem.message)}`
          : `${capital(what)}: ${sentence(problem.message)}`,
      };
  }
}

function unknownField(
  { path, allowed }: SchemaProblem,
  entity: Entity,
  { facts, kind, model }: CheckInput,
): Description {
  const key = String(path.at(-1) ?? '');
  const children = path.length === 1 ? model.nesting(entity.kind).map((nested) => nested.key) : [];
  const known = [...(allowed ?? Object.keys(fieldsAt(facts, entity, path.slice(0, -1)) ?? {})), ...children];
  const suggestions = suggest(key, known);
  const where = path.length > 1 ? `\`${formatPath(path.slice(0, -1))}\`` : nameOf(entity);
  const other = kind === 'dbless' && deckOnly.has(key) ? ' Only decK reads it.' : '';
  return {
    message: `${capital(where)} has no field \`${key}\`.${didYouMean(suggestions)}${other}`,
    at: 'key',
    data: { suggestions },
  };
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
  return typeof name === 'string' ? `the plugin \`${name}\`` : `a ${singular(kind)}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** Kong's words with a full stop, where they have no ending of their own. */
const sentence = (text: string): string => text.replace(/:$/, '').replace(/([^.!?])$/, '$1.');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
