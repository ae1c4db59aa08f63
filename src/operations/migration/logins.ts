import type { Manifest } from '../../core/snapshot.js';
import { isObject, type JsonObject } from '../../core/json.js';
import type { SnapshotStore } from '../../core/store.js';
import { isHashedLogin } from '../../estate/passwordHash.js';
import { readSnapshotEntities } from '../snapshotEntities.js';
import type { LoginToRecreate } from './tools.js';

/** Names what the driver of RBAC lists of secrets that can't be read back. */
const rbacNames = 'toRecreate';

/**
 * The logins in a snapshot that stop working where it is synced: those kept as hashes, and people of RBAC.
 * @throws KongBackupError `snapshot-*`.
 */
export async function loginsIn(store: SnapshotStore, manifest: Manifest): Promise<LoginToRecreate[]> {
  const logins: LoginToRecreate[] = [];
  for (const { workspace, file } of await readSnapshotEntities(store, manifest)) {
    const consumers = new Map<string, string>();
    for (const { kind, fields } of file.entities) {
      if (kind === 'consumers')
        consumers.set(textOf(fields['id']), textOf(fields['username']) || textOf(fields['custom_id']));
    }
    for (const { kind, fields } of file.entities) {
      if (!isHashedLogin(kind, fields)) continue;
      const consumer = isObject(fields['consumer']) ? textOf(fields['consumer']['id']) : '';
      const name = textOf(fields['username']) || textOf(fields['client_id']) || textOf(fields['name']);
      const label = `${name} of consumer ${consumers.get(consumer) ?? consumer}`;
      logins.push({ workspace, kind, id: textOf(fields['id']), label, path: addressOf(kind, consumer, fields) });
    }
  }
  return [...logins, ...peopleIn(manifest)];
}

const segments: Readonly<Record<string, string>> = {
  basicauth_credentials: 'basic-auth',
  oauth2_credentials: 'oauth2',
};

const addressOf = (kind: string, consumer: string, { id }: JsonObject): string =>
  `/consumers/${encodeURIComponent(consumer)}/${segments[kind] ?? kind}/${encodeURIComponent(textOf(id))}`;

function peopleIn({ parts }: Manifest): LoginToRecreate[] {
  return parts.flatMap(({ details }) => {
    const names = isObject(details) ? details[rbacNames] : undefined;
    if (!Array.isArray(names)) return [];
    return names.flatMap((each) => {
      const [workspace = '', kind = '', ...name] = String(each).split('/');
      const label = name.join('/');
      const path = kind === 'rbac_users' ? `/rbac/users/${encodeURIComponent(label)}` : undefined;
      return label === '' ? [] : [{ workspace, kind, id: label, label, ...(path !== undefined && { path }) }];
    });
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
