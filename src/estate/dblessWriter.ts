import type { Json, JsonObject } from '../core/json.js';
import type { Entity } from './entity.js';
import { entityKind, knownKinds } from './kinds.js';
import { labelOfEntity, type LabelOf } from './label.js';
import { referencedId } from './naturalKey.js';
import { isPasswordHash } from './passwordHash.js';
import { pushEntry } from './yamlText.js';

/** A credential that does not work as before when entities are loaded into a gateway without a database. */
export interface BrokenCredential {
  code: 'password-plain' | 'expiring-key' | 'oauth2-without-database' | 'digest-missing';
  kind: string;
  id: string;
  /** A sentence with its name, never with a secret. */
  message: string;
}

export interface DblessFile {
  text: string;
  /** What `_transform` says: false where passwords are hashes already. */
  transform: boolean;
  broken: BrokenCredential[];
}

/**
 * Entities of a gateway, references as `{ id }`, as a file for one without a database: flat, by kind, with their ids. Passwords
 * that are hashes stay what they are, for the file says so.
 * @param version of the gateway that shall read it.
 */
export function writeDblessFile(entities: readonly Entity[], version: string): DblessFile {
  const transform = !entities.some(isHashed);
  const lines = [`_format_version: "${Number.parseInt(version, 10) >= 3 ? '3.0' : '1.1'}"`, `_transform: ${transform}`];
  const byKind = new Map<string, Entity[]>(knownKinds.map((kind) => [kind, []]));
  for (const entity of entities) {
    const own = byKind.get(entity.kind);
    if (own) own.push(entity);
    else byKind.set(entity.kind, [entity]);
  }
  for (const [kind, own] of byKind) {
    if (own.length === 0) continue;
    lines.push(`${kind}:`);
    for (const entity of own) pushItem(lines, flat(entity));
  }
  return { text: `${lines.join('\n')}\n`, transform, broken: brokenIn(entities, transform) };
}

const isHashed = ({ kind, fields }: Entity): boolean =>
  kind === 'basicauth_credentials' && isPasswordHash(fields['password']);

/** References as ids: the one form of them that every version takes. */
function flat({ kind, fields }: Entity): JsonObject {
  const foreign = entityKind(kind).foreign;
  const item: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) {
    if (kind === 'certificates' && name === 'snis') continue;
    item[name] = foreign[name] === undefined ? value : reference(value);
  }
  return item;
}

const reference = (value: Json): Json => referencedId(value) ?? value;

function pushItem(lines: string[], item: JsonObject): void {
  Object.keys(item)
    .sort()
    .forEach((name, index) => pushEntry(lines, index === 0 ? '- ' : '  ', 2, name, item[name] ?? null));
}

function brokenIn(entities: readonly Entity[], transform: boolean): BrokenCredential[] {
  const byId = new Map(entities.map((entity) => [String(entity.fields['id']), entity]));
  const labelOf: LabelOf = (id) => {
    const entity = byId.get(id);
    return entity && labelOfEntity(entity, () => undefined);
  };
  return entities.flatMap((entity): BrokenCredential[] => {
    const { kind, fields } = entity;
    const found = reasons.find((reason) => reason.is(entity, transform));
    if (!found) return [];
    const message = `${kind} ${labelOfEntity(entity, labelOf)}: ${found.message}`;
    return [{ code: found.code, kind, id: String(fields['id']), message }];
  });
}

const reasons: readonly {
  code: BrokenCredential['code'];
  is(entity: Entity, transform: boolean): boolean;
  message: string;
}[] = [
  {
    code: 'password-plain',
    is: ({ kind, fields }, transform) =>
      kind === 'basicauth_credentials' && !transform && !isPasswordHash(fields['password']),
    message: 'its password is no hash, while others are: it would not be hashed, and the login would not work.',
  },
  {
    code: 'expiring-key',
    is: ({ kind, fields }) => kind === 'keyauth_credentials' && typeof fields['ttl'] === 'number',
    message: 'a key that expires does not work in a gateway without a database.',
  },
  {
    code: 'oauth2-without-database',
    is: ({ kind }) => kind === 'oauth2_credentials',
    message: 'a gateway without a database answers 500 to a request for a new token.',
  },
  {
    code: 'digest-missing',
    is: ({ kind, fields }, transform) =>
      kind === 'ca_certificates' && !transform && typeof fields['cert_digest'] !== 'string',
    message: 'its digest is not in the snapshot, and a file with hashed passwords has to bring it.',
  },
];
