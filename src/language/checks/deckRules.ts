import { isObject } from '../../core/json.js';
import { oneOf } from '../article.js';
import type { Entity } from '../model.js';
import type { CheckInput, Finding } from './check.js';

/** Fields that decK wants where Kong would fill them in. Of an inner list, any one will do. */
const required: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  certificates: ['id', 'cert', 'key'],
  jwt_secrets: ['algorithm', 'key', 'secret'],
  key_sets: [['name', 'id']],
  keyauth_credentials: ['key'],
  keys: [['name', 'id']],
  mtls_auth_credentials: ['id', 'subject_name'],
  oauth2_credentials: ['name', 'client_id', 'client_secret'],
  routes: [['name', 'id']],
  services: [['name', 'id']],
};

/** References that decK writes as `{ name: … }` or `{ id: … }`; the others are plain text. */
const objectReferences: Readonly<Record<string, readonly string[]>> = {
  keys: ['set'],
  routes: ['service'],
  upstreams: ['client_certificate'],
};

/** What decK refuses and a DB-less gateway takes. */
export function* deckRules(input: CheckInput): Generator<Finding> {
  if (input.kind !== 'deck') return;
  for (const entity of input.model.entities) {
    if (required[entity.kind]) yield* missing(entity, input);
    if (refers(entity, input)) yield* referenceForm(entity, input);
  }
}

function* missing({ kind, path, value }: Entity, { facts }: CheckInput): Generator<Finding> {
  for (const rule of required[kind] ?? []) {
    const fields = typeof rule === 'string' ? [rule] : rule;
    if (fields.some((field) => value[field] !== undefined && value[field] !== null)) continue;
    // What Kong wants too, the schema's check says.
    if (fields.some((field) => facts.entities[kind]?.fields[field]?.required)) continue;
    const names = fields.map((field) => `\`${field}\``).join(' or ');
    const message = `decK wants ${names} on ${oneOf(kind)}, though Kong can do without.`;
    yield { severity: 'error', code: 'required', message, path: [...path, fields[0]!], data: { missing: fields[0]! } };
  }
}

/** Nearly all entities refer to others by where they stand, if at all. */
function refers({ kind, value }: Entity, { index }: CheckInput): boolean {
  for (const [field] of index.references(kind)) if (value[field] !== undefined && value[field] !== null) return true;
  return false;
}

function* referenceForm({ kind, path, value }: Entity, { index }: CheckInput): Generator<Finding> {
  for (const [field] of index.references(kind)) {
    const reference = value[field];
    const wantsObject = (objectReferences[kind] ?? []).includes(field);
    if (typeof reference === 'string' && wantsObject) {
      const message = `decK wants \`${field}: { name: ${reference} }\`; plain text is the DB-less format.`;
      yield { severity: 'error', code: 'dbless-only', message, path: [...path, field] };
    } else if (isObject(reference) && !wantsObject) {
      const message = `decK wants the name or id here as plain text.`;
      yield { severity: 'error', code: 'wrong-type', message, path: [...path, field] };
    }
  }
}
