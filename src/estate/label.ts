import type { JsonObject } from '../core/json.js';
import type { Entity } from './entity.js';
import { referencedId } from './naturalKey.js';

/** What a person calls the entity with this id; undefined when nobody knows it. */
export type LabelOf = (id: string) => string | undefined;

const text = (fields: JsonObject, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const scopeFields = ['service', 'route', 'consumer', 'consumer_group', 'upstream', 'certificate', 'set'].map(
  (field) => [field, field.replace('_', ' ')] as const,
);

/** `service svc1, consumer alice` */
function scopeOf(fields: JsonObject, labelOf: LabelOf): string {
  let scopes = '';
  for (const [field, word] of scopeFields) {
    const id = fields[field] === undefined ? undefined : referencedId(fields[field]);
    if (id === undefined) continue;
    scopes += `${scopes === '' ? '' : ', '}${word} ${labelOf(id) ?? id}`;
  }
  return scopes;
}

const withScope = (label: string, scope: string): string => (scope === '' ? label : `${label} (${scope})`);

/** What a person calls an entity. Never a secret: a key is called by its consumer. */
export function labelOfEntity({ kind, fields }: Entity, labelOf: LabelOf): string {
  const id = text(fields, 'id') ?? '';
  const scope = scopeOf(fields, labelOf);
  switch (kind) {
    case 'plugins':
      return withScope(text(fields, 'instance_name') ?? text(fields, 'name') ?? id, scope);
    case 'acls':
      return withScope(text(fields, 'group') ?? id, scope);
    case 'targets':
      return withScope(text(fields, 'target') ?? id, scope);
    case 'keyauth_credentials':
      return withScope(id, scope);
    case 'jwt_secrets':
      return withScope(text(fields, 'key') ?? id, scope);
    case 'consumer_group_consumers':
      return scope;
    case 'vaults':
      return text(fields, 'prefix') ?? id;
    case 'keys':
      return withScope(text(fields, 'name') ?? text(fields, 'kid') ?? id, scope);
    default:
      return text(fields, 'name') ?? text(fields, 'username') ?? text(fields, 'custom_id') ?? id;
  }
}
