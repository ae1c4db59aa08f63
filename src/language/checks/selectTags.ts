import { isObject } from '../../core/json.js';
import type { SchemaFacts } from '../../schema/facts.js';
import { labelOf, singular } from '../model.js';
import type { Entity } from '../model.js';
import type { CheckInput, Finding } from './check.js';

/**
 * decK gives `_info.select_tags` to every entity of the file, and leaves them out of the entities when it writes one. A
 * file where some entities have them and others not was written by hand, in the belief that only those are managed.
 */
export function* selectTags(input: CheckInput): Generator<Finding> {
  const tags = selectTagsOf(input);
  if (!tags) return;
  const [first, ...others] = forgotten(input.model.entities, tags, input.facts);
  if (first) yield lackOfTags(first, others.length, tags);
}

/** The file's select tags; undefined where decK reads none. */
export function selectTagsOf({ kind, value }: Pick<CheckInput, 'kind' | 'value'>): readonly unknown[] | undefined {
  const info = value['_info'];
  const tags = kind === 'deck' && isObject(info) ? info['select_tags'] : undefined;
  return Array.isArray(tags) && tags.length > 0 ? tags : undefined;
}

/** @param others how many more lack the tags. */
export function lackOfTags(first: Entity, others: number, tags: readonly unknown[]): Finding {
  const which = `The ${singular(first.kind)}${labelled(first)}${others ? ` and ${others} more entities lack` : ' lacks'}`;
  const message = `${which} the select tag ${tags.map((tag) => `\`${String(tag)}\``).join(', ')} that others here carry. decK manages all of the file and gives each the tag; what is on the gateway without it, decK doesn't see and tries to create again.`;
  return { severity: 'information', code: 'select-tags', message, path: ['_info', 'select_tags'], at: 'key' };
}

/** Entities without the tags, of kinds that have others with them. */
function forgotten(entities: readonly Entity[], tags: readonly unknown[], facts: SchemaFacts): Entity[] {
  const taggable = entities.filter(({ kind }) => facts.entities[kind]?.fields['tags']);
  const tagged = new Set(taggable.filter((entity) => hasAllTags(entity, tags)).map(({ kind }) => kind));
  return taggable.filter((entity) => tagged.has(entity.kind) && !hasAllTags(entity, tags));
}

const labelled = ({ value }: Entity): string => (labelOf(value) === undefined ? '' : ` \`${labelOf(value)}\``);

export const hasAllTags = ({ value }: Entity, wanted: readonly unknown[]): boolean => {
  const { tags } = value;
  return Array.isArray(tags) && wanted.every((tag) => (tags as unknown[]).includes(tag));
};
