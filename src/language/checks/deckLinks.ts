import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import type { Path } from '../../schema/problem.js';
import type { Entity } from '../model.js';
import type { CheckInput, Finding } from './check.js';
import { isLookedUp } from './references.js';

/** What plugins and consumers of decK's files take from other places of the file. */
export function* deckLinks(entity: Entity, input: CheckInput): Generator<Finding> {
  const { _config: shared, partials, groups } = entity.value;
  if (entity.kind === 'consumers' && groups !== undefined && groups !== null) yield* memberships(entity, groups);
  if (entity.kind !== 'plugins') return;
  if (shared !== undefined) yield* sharedConfig(entity, input);
  if (Array.isArray(partials)) yield* partialLinks(entity, partials, input);
}

const keysOfGroups: ReadonlySet<string> = new Set(['created_at', 'id', 'name', 'tags']);

/** The groups that a consumer is in. Whether they are there is asked with the other references. */
function* memberships({ path }: Entity, groups: Json): Generator<Finding> {
  const place = [...path, 'groups'];
  if (!Array.isArray(groups)) {
    yield { severity: 'error', code: 'wrong-type', message: '`groups` must be a list: `- name: …`.', path: place };
    return;
  }
  for (const [index, group] of groups.entries()) {
    const here = [...place, index];
    if (!isObject(group)) {
      const message = 'A group must be a map with its name: `- name: …`.';
      yield { severity: 'error', code: 'wrong-type', message, path: here };
      continue;
    }
    yield* strangeKeys(group, keysOfGroups, here);
    if (typeof (group['id'] ?? group['name']) === 'string') continue;
    const message = 'decK wants the `name` or the `id` of a group here.';
    yield { severity: 'error', code: 'required', message, path: [...here, 'name'], data: { missing: 'name' } };
  }
}

/** Keys of a reference that are none of what it refers to. */
export function* strangeKeys(reference: JsonObject, known: ReadonlySet<string>, path: Path): Generator<Finding> {
  for (const key of Object.keys(reference)) {
    if (known.has(key)) continue;
    const suggestions = suggest(key, [...known]);
    const message = `decK knows no \`${key}\` here.${didYouMean(suggestions)}`;
    yield { severity: 'error', code: 'unknown-field', message, path: [...path, key], at: 'key', data: { suggestions } };
  }
}

/** A plugin that starts from a configuration that the file does not have. */
function* sharedConfig({ path, value }: Entity, { value: file }: CheckInput): Generator<Finding> {
  const name = value['_config'];
  if (typeof name !== 'string') return;
  const shared = file['_plugin_configs'];
  if (isObject(shared) && Object.hasOwn(shared, name)) return;
  const suggestions = isObject(shared) ? suggest(name, Object.keys(shared)) : [];
  const message = `No configuration \`${name}\` stands under \`_plugin_configs\`.${didYouMean(suggestions)}`;
  yield { severity: 'error', code: 'unresolved-reference', message, path: [...path, '_config'], data: { suggestions } };
}

/** Partials that a plugin takes stand in the file, unless decK is told to look for them on the gateway. */
function* partialLinks(
  { path, value }: Entity,
  links: readonly Json[],
  { value: file }: CheckInput,
): Generator<Finding> {
  const listed = Array.isArray(file['partials']) ? file['partials'].filter(isObject) : [];
  for (const [index, link] of links.entries()) {
    const name = isObject(link) ? (link['id'] ?? link['name']) : undefined;
    const place = [...path, 'partials', index];
    if (typeof name !== 'string' || name === '') {
      const message = `decK wants the \`name\` or the \`id\` of a partial here.`;
      yield { severity: 'error', code: 'required', message, path: [...place, 'name'], data: { missing: 'name' } };
      continue;
    }
    if (isLookedUp('partials', file) || listed.some(({ id, name: own }) => id === name || own === name)) continue;
    const suggestions = suggest(
      name,
      listed.flatMap(({ name: own }) => (typeof own === 'string' ? [own] : [])),
    );
    const message = `No partial \`${name}\` stands in this file for the plugin \`${String(value['name'])}\`.${didYouMean(suggestions)}`;
    yield { severity: 'error', code: 'unresolved-reference', message, path: place, data: { suggestions } };
  }
}
