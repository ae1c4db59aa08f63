import { isObject, type Json, type JsonObject } from '../core/json.js';
import { partialPlace, withValueAt } from '../schema/partials.js';
import type { Path } from '../schema/problem.js';

/** A plugin as the gateway judges it: with what it shares with other plugins in its place. */
export interface Completed {
  plugin: JsonObject;
  /** What stands there is the partials' own, and judged as theirs. */
  shared: Path[];
  /** True where a partial is of another file, so that the plugin is not known in full. */
  open: boolean;
}

/** @returns the plugin with its partials; undefined for one that names none. */
export function completedPlugin(plugin: JsonObject, file: JsonObject): Completed | undefined {
  const links = plugin['partials'];
  if (!Array.isArray(links) || links.length === 0) return undefined;
  const done: Completed = { plugin, shared: [], open: false };
  for (const link of links) {
    if (!isObject(link)) continue;
    const { path } = link;
    const place = typeof path === 'string' && path !== '' ? path : partialPlace(String(plugin['name']));
    const partial = partialNamed(link, file);
    if (partial === undefined) done.open = true;
    else done.plugin = withValueAt(done.plugin, place, partial['config'] ?? {});
    done.shared.push(place.split('.'));
  }
  return done;
}

function partialNamed({ id, name }: JsonObject, file: JsonObject): JsonObject | undefined {
  const all: Json[] = Array.isArray(file['partials']) ? file['partials'] : [];
  const isNamed = (partial: Json): partial is JsonObject =>
    isObject(partial) &&
    ((typeof id === 'string' && partial['id'] === id) || (typeof name === 'string' && partial['name'] === name));
  return all.find(isNamed);
}

/** Whether a place is one of those, or below one. */
export const isShared = (path: Path, shared: readonly Path[]): boolean =>
  shared.some((place) => place.every((key, index) => path[index] === key));
