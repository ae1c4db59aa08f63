import { formatPath } from '../../schema/problem.js';
import type { Path, SchemaProblem } from '../../schema/problem.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Entity } from '../model.js';
import { fieldAt } from '../schemaFields.js';
import type { Finding } from './check.js';

/**
 * A DB-less gateway drops a plugin inside another entity when one of its shorthand fields is wrong, and calls the file
 * valid. A plugin at the top of the file is refused for the same fault.
 */
export function droppedPlugin(
  entity: Entity,
  problems: readonly SchemaProblem[],
  facts: SchemaFacts,
): Finding | undefined {
  const [first] = problems;
  if (!first || entity.kind !== 'plugins' || !entity.parent) return undefined;
  if (!problems.every(({ path }) => isShorthand(facts, entity, path))) return undefined;
  const name = String(entity.value['name']);
  const message = `Kong drops this plugin \`${name}\` without a word, because \`${formatPath(first.path)}\` is wrong: ${first.message}. The gateway would run without it.`;
  return { severity: 'warning', code: 'dropped-plugin', message, path: [...entity.path, ...first.path] };
}

/** Whether a path leads to, or into, a field that Kong spreads over others before it looks at the rest. */
function isShorthand(facts: SchemaFacts, entity: Entity, path: Path): boolean {
  return path.some((name, depth) => {
    if (depth === 0) return false;
    const record = fieldAt(facts, entity, path.slice(0, depth));
    return record?.shorthand_fields !== undefined && Object.hasOwn(record.shorthand_fields, name);
  });
}
