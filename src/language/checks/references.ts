import { isObject } from '../../core/json.js';
import type { Json, JsonObject } from '../../core/json.js';
import { referredName } from '../entityIndex.js';
import { labelOf, singular } from '../model.js';
import type { Entity } from '../model.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import { isEnvTemplate } from '../templates.js';
import type { CheckInput, Finding } from './check.js';

/** What an entity refers to stands in the file, and a nested entity refers to no other parent than its own. */
export function* references(input: CheckInput): Generator<Finding> {
  for (const entity of input.model.entities) {
    if (input.kind === 'deck') yield* toGroups(entity, input);
    for (const [field, kind] of input.index.references(entity.kind)) {
      const value = entity.value[field];
      if (value === undefined || value === null) continue;
      yield* field === entity.parent?.field
        ? toParent(entity, entity.parent.entity, field, value, input)
        : toOther(entity, field, kind, value, input);
    }
  }
}

function* toParent(
  entity: Entity,
  parent: Entity,
  field: string,
  value: Json,
  { kind }: CheckInput,
): Generator<Finding> {
  const name = referredName(value);
  const { id } = parent.value;
  const isSame = name !== undefined && (name === id || name === labelOf(parent.value));
  // Of a plugin decK wants the place alone to say it.
  if (isSame && (kind === 'dbless' || entity.kind !== 'plugins')) return;
  const message = `This ${singular(entity.kind)} stands inside a ${singular(parent.kind)} and ${isSame ? 'decK refuses that it names it again' : 'can belong to no other'}: take \`${field}\` out.`;
  yield { severity: 'error', code: 'reference-mismatch', message, path: [...entity.path, field] };
}

/** Groups of consumers, of which gateways need have no schema. decK looks for each in the file. */
function* toGroups(entity: Entity, input: CheckInput): Generator<Finding> {
  const { kind, value } = entity;
  if (kind === 'plugins' && typeof value['consumer_group'] === 'string' && !input.facts.entities['consumer_groups']) {
    yield* toOther(entity, 'consumer_group', 'consumer_groups', value['consumer_group'], input);
  }
  const groups = kind === 'consumers' ? value['groups'] : undefined;
  for (const [at, group] of (Array.isArray(groups) ? groups : []).entries()) {
    for (const finding of toOther(entity, 'groups', 'consumer_groups', group, input)) {
      yield { ...finding, path: [...finding.path, at] };
    }
  }
}

function* toOther(entity: Entity, field: string, kind: string, value: Json, input: CheckInput): Generator<Finding> {
  const name = referredName(value);
  if (input.kind === 'dbless' && isObject(value) && !('id' in value) && !entity.parent) return;
  if (name !== undefined && input.index.find(kind, name)) return;
  // A value of another type is the schema's to judge, but a nested entity never gets that far.
  if (name === undefined && !(entity.parent && input.kind === 'dbless')) return;
  if (input.kind === 'deck' && (isEnvTemplate(name) || isLookedUp(kind, input.value))) return;
  const suggestions = name === undefined ? [] : suggest(name, input.index.names(kind));
  yield {
    severity: input.kind === 'deck' && deckLeavesToKong.has(field) ? 'warning' : 'error',
    code: 'unresolved-reference',
    message: `No ${singular(kind)}${name === undefined ? '' : ` \`${name}\``} stands in this file.${didYouMean(suggestions)}`,
    path: [...entity.path, field],
    data: { suggestions },
  };
}

/** References that decK passes on without looking for them in the file. */
const deckLeavesToKong = new Set(['client_certificate', 'certificate', 'set']);

/** decK's `default_lookup_tags`: entities of other files that this one may refer to. */
export function isLookedUp(kind: string, file: JsonObject): boolean {
  const info = file['_info'];
  const tags = isObject(info) ? info['default_lookup_tags'] : undefined;
  return isObject(tags) && kind in tags;
}
