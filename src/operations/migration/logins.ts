import type { Manifest } from '../../core/snapshot.js';
import { isObject, type Json, type JsonObject } from '../../core/json.js';
import type { SnapshotStore } from '../../core/store.js';
import { isHashedLogin } from '../../estate/passwordHash.js';
import { readSnapshotEntities } from '../snapshotEntities.js';
import type { LoginToRecreate } from './tools.js';

/** What drivers call the list of those whose secrets can't be read back. */
const listOfPeople = 'to-recreate.json';

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
      logins.push({ workspace, kind, id: textOf(fields['id']), label, name, path: addressOf(kind, consumer, fields) });
    }
  }
  return [...logins, ...(await peopleIn(store, manifest))];
}

const segments: Readonly<Record<string, string>> = {
  basicauth_credentials: 'basic-auth',
  oauth2_credentials: 'oauth2',
};

const addressOf = (kind: string, consumer: string, { id }: JsonObject): string =>
  `/consumers/${encodeURIComponent(consumer)}/${segments[kind] ?? kind}/${encodeURIComponent(textOf(id))}`;

/** People of RBAC stand in a file of their own: the manifest names only the first of them. */
async function peopleIn(store: SnapshotStore, { id, parts }: Manifest): Promise<LoginToRecreate[]> {
  const files = parts.flatMap((part) => part.files.filter(({ path }) => path.endsWith(`/${listOfPeople}`)));
  const people: LoginToRecreate[] = [];
  for (const { path } of files) {
    const held = JSON.parse(new TextDecoder().decode(await store.read(id, path))) as Json;
    const entries = isObject(held) && Array.isArray(held['entries']) ? held['entries'] : [];
    for (const entry of entries) {
      if (!isObject(entry)) continue;
      const [workspace, kind, label] = [textOf(entry['workspace']), textOf(entry['kind']), textOf(entry['name'])];
      const address = kind === 'rbac_users' ? `/rbac/users/${encodeURIComponent(label)}` : undefined;
      people.push({ workspace, kind, id: label, label, ...(address !== undefined && { path: address }) });
    }
  }
  return people;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
