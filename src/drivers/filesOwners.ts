import { readFile } from 'node:fs/promises';
import type { Owner } from './filesPlace.js';

/** Names of users and groups of this machine by number, and the other way round. Directory services are not asked. */
export interface OwnerNames {
  users: ReadonlyMap<number, string>;
  groups: ReadonlyMap<number, string>;
}

export async function readOwnerNames(): Promise<OwnerNames> {
  const [users, groups] = await Promise.all(['/etc/passwd', '/etc/group'].map(readNames));
  return { users: users ?? new Map(), groups: groups ?? new Map() };
}

async function readNames(file: string): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':');
    // The first name of a number is the one that tools show.
    if (name !== '' && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}

export const idOf = (names: ReadonlyMap<number, string>, name: string | undefined): number | undefined =>
  [...names].find(([, each]) => each === name)?.[0];

/** What may stand in an argument of `chown`: a name as systems make them, never an option. */
export const isOwnerName = (name: string): boolean => /^[A-Za-z_][\w.@\\ -]*\$?$/.test(name);

/** "kong:kong", by numbers where there are no names. */
export const ownerText = ({ owner, group, uid, gid }: Owner): string => `${owner ?? uid ?? ''}:${group ?? gid ?? ''}`;

/** By names where both sides have them: the numbers of one user differ between machines. */
export function sameOwner(one: Owner, other: Owner): boolean {
  const same = (
    oneName: string | undefined,
    otherName: string | undefined,
    id: number | undefined,
    otherId: number | undefined,
  ) => (oneName !== undefined && otherName !== undefined ? oneName === otherName : id === undefined || id === otherId);
  return same(one.owner, other.owner, one.uid, other.uid) && same(one.group, other.group, one.gid, other.gid);
}
