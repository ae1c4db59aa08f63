import type { FieldFacts, SchemaFacts } from '../schema/facts.js';
import type { Makers } from './autoFields.js';
import { peopleEndpoints } from './enterprisePeople.js';
import { KeyringPlay, type KeyringPlayOptions } from './enterpriseKeyring.js';
import { rbacEndpoints } from './enterpriseRbac.js';
import { Shelf } from './enterpriseShelf.js';
import type { Endpoint } from './router.js';
import type { Storage } from './storage.js';

/** What of an Enterprise gateway to play, as its documents describe it. */
export interface EnterpriseOptions {
  /** Absent: the keyring is off, and its addresses answer 404. */
  keyring?: KeyringPlayOptions;
}

/** The Enterprise side of a practice gateway. */
export interface Enterprise {
  endpoints: Endpoint[];
  clear(): void;
}

export function playEnterprise(storage: Storage, makers: Makers, options: EnterpriseOptions): Enterprise {
  const shelf = (...names: string[]): Shelf => new Shelf(names, makers);
  const shelves = {
    roles: shelf('name'),
    endpointPermissions: shelf(),
    entityPermissions: shelf(),
    users: shelf('name'),
    userRoles: shelf(),
    groups: shelf('name'),
    groupRoles: shelf(),
    admins: shelf('username', 'email'),
    adminWorkspaces: shelf(),
    adminRoles: shelf(),
    developers: shelf('email'),
    eventHooks: shelf(),
    licenses: shelf(),
  };
  const keyring = options.keyring && new KeyringPlay(options.keyring);
  const everything = { storage, ...shelves };
  return {
    endpoints: [...rbacEndpoints(everything), ...peopleEndpoints(everything), ...(keyring?.endpoints() ?? [])],
    clear() {
      for (const each of Object.values(shelves)) each.clear();
      keyring?.reset();
    },
  };
}

const text: FieldFacts = { type: 'string' };
const flag: FieldFacts = { type: 'boolean' };
const texts: FieldFacts = { type: 'array', elements: text };

/** Settings of a workspace, most of them of its developer portal. */
const workspaceConfig: Record<string, FieldFacts> = {
  meta: { type: 'map', keys: text, values: text },
  portal: { type: 'boolean', default: false },
  portal_access_request_email: flag,
  portal_approved_email: flag,
  portal_auth: text,
  portal_auth_conf: text,
  portal_auto_approve: flag,
  portal_cors_origins: texts,
  portal_emails_from: text,
  portal_emails_reply_to: text,
  portal_invite_email: flag,
  portal_is_legacy: flag,
  portal_reset_email: flag,
  portal_reset_success_email: flag,
  portal_session_conf: text,
  portal_smtp_admin_emails: texts,
  portal_token_exp: { type: 'integer' },
};

/** The facts with workspaces as Enterprise has them. */
export function enterpriseFacts(facts: SchemaFacts): SchemaFacts {
  const { workspaces } = facts.entities;
  if (!workspaces) return facts;
  const fields: Record<string, FieldFacts> = {
    ...workspaces.fields,
    config: { type: 'record', required: true, fields: workspaceConfig },
    meta: { type: 'record', required: true, fields: { color: text, thumbnail: text } },
  };
  return { ...facts, entities: { ...facts.entities, workspaces: { ...workspaces, fields } } };
}
