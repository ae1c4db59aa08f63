import type { FieldFacts, PluginFacts, SchemaFacts } from '../schema/facts.js';
import type { JsonObject } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import { fieldAt } from './schemaFields.js';

interface Seen {
  version: string;
  field: FieldFacts | undefined;
}

/**
 * When a field came, went and was deprecated, in lines of Markdown; none where it is the same in all versions.
 * @param versions facts of each version there are facts of, oldest first.
 */
export function fieldHistory(
  versions: readonly SchemaFacts[],
  entity: { kind: string; value: JsonObject },
  path: Path,
): string[] {
  const seen = versions
    .filter((facts) => knows(facts, entity))
    .map((facts): Seen => ({ version: facts.version, field: fieldAt(facts, entity, path) }));
  return [...presence(seen), ...deprecation(seen)];
}

/** When a plugin of the open-source gateway came and went. Of those of Enterprise only some versions are known. */
export function pluginHistory(versions: readonly SchemaFacts[], name: string): string[] {
  const found = versions.map((facts) => pluginIn(facts, name));
  if (found.some((plugin) => plugin?.enterprise)) return ['a plugin of Kong Enterprise'];
  return presence(versions.map(({ version }, at) => ({ version, field: found[at] && { type: 'record' } })));
}

const pluginIn = ({ plugins }: SchemaFacts, name: string): PluginFacts | undefined =>
  Object.hasOwn(plugins, name) ? plugins[name] : undefined;

/** Whether the facts tell anything about fields of the entity: of a plugin's they may not. */
function knows(facts: SchemaFacts, { kind, value }: { kind: string; value: JsonObject }): boolean {
  if (!Object.hasOwn(facts.entities, kind)) return false;
  const { name } = value;
  if (kind !== 'plugins' || typeof name !== 'string') return true;
  return Object.keys(pluginIn(facts, name)?.fields ?? {}).length > 0;
}

function presence(seen: readonly Seen[]): string[] {
  const first = seen.findIndex(({ field }) => field);
  const last = seen.findLastIndex(({ field }) => field);
  const [from, to, before, after] = [seen[first], seen[last], seen[first - 1], seen[last + 1]];
  const lines: string[] = [];
  if (from && before) lines.push(`since Kong ${from.version} (not yet in ${before.version})`);
  if (to && after) lines.push(`up to Kong ${to.version} (no more in ${after.version})`);
  return lines;
}

function deprecation(seen: readonly Seen[]): string[] {
  const first = seen.findIndex(({ field }) => field?.deprecation);
  const [from, before] = [seen[first], seen[first - 1]];
  if (!from) return [];
  return [`deprecated since Kong ${from.version}${before?.field ? ` (not yet in ${before.version})` : ''}`];
}
