import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject, type Json } from '../core/json.js';
import type { PartSource } from '../core/partDriver.js';
import { safeFileName } from '../core/snapshotId.js';
import type { Counts } from '../core/snapshot.js';
import { settled } from './adminEntitiesCompare.js';
import type { Entry, EntryKind } from './adminEntitiesKinds.js';
import type { Image } from './adminEntitiesRead.js';

/** Names of those whose secrets nobody can read back. */
export const toRecreateFile = 'to-recreate.json';

export interface ToRecreate {
  kind: string;
  workspace: string;
  name: string;
  secret: string;
}

export const toRecreate = (kinds: readonly EntryKind[], entries: readonly Entry[]): ToRecreate[] =>
  entries.flatMap(({ kind, workspace, key }) => {
    const secret = kinds.find(({ name }) => name === kind)?.secret;
    return secret === undefined ? [] : [{ kind, workspace, name: key.join(' '), secret }];
  });

const fileOf = (kind: string, workspace: string): string =>
  workspace === '' ? `${kind}.json` : `workspaces/${safeFileName(workspace)}/${kind}.json`;

/** One file a kind and workspace, entries in order of their names, so that equal gateways make equal files. */
export async function writeImage(directory: string, kinds: readonly EntryKind[], { entries }: Image): Promise<void> {
  const files = new Map<string, Entry[]>();
  for (const entry of entries) {
    const file = fileOf(entry.kind, entry.workspace);
    files.set(file, [...(files.get(file) ?? []), entry]);
  }
  for (const [file, held] of files) {
    const { kind, workspace } = held[0] ?? { kind: '', workspace: '' };
    const list = held.map(({ key, fields, id }) => ({ key, fields: settled(fields), ...(id !== undefined && { id }) }));
    await writeJson(path.join(directory, ...file.split('/')), { kind, workspace, entries: list });
  }
  const secrets = toRecreate(kinds, entries);
  if (secrets.length > 0) {
    await writeJson(path.join(directory, toRecreateFile), { entries: secrets.map((each) => ({ ...each })) });
  }
}

export async function writeJson(file: string, value: Json): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

export interface HeldImage {
  entries: Entry[];
  counts: Counts;
  /** Each a sentence; the rest is only to be used when there is none. */
  wrong: string[];
}

/** Reads what `writeImage` wrote, and compares it with the counts of the record. */
export async function readHeld({ record, directory }: PartSource, kinds: readonly EntryKind[]): Promise<HeldImage> {
  const held: HeldImage = { entries: [], counts: {}, wrong: [] };
  const root = path.dirname(directory);
  for (const { path: file } of record.files) {
    const inner = file.split('/').slice(1).join('/');
    if (!inner.endsWith('.json')) continue;
    const text = await readFile(path.join(root, ...file.split('/')), 'utf8').catch(() => undefined);
    if (text === undefined) {
      held.wrong.push(`The file ${file} is missing or can't be read.`);
      continue;
    }
    const content = parse(text);
    if (content === undefined) held.wrong.push(`The file ${file} is not JSON; it may have been cut.`);
    else if (inner !== toRecreateFile) take(content, file, kinds, held);
  }
  for (const { kind } of held.entries) held.counts[kind] = (held.counts[kind] ?? 0) + 1;
  if (held.wrong.length > 0) return held;
  for (const kind of new Set([...Object.keys(record.counts), ...Object.keys(held.counts)])) {
    const [said, found] = [record.counts[kind] ?? 0, held.counts[kind] ?? 0];
    if (said !== found) held.wrong.push(`The files hold ${found} ${kind}; the manifest says ${said}.`);
  }
  return held;
}

function take(content: Json, file: string, kinds: readonly EntryKind[], held: HeldImage): void {
  const { kind, workspace, entries } = isObject(content) ? content : {};
  if (!kinds.some(({ name }) => name === kind) || typeof workspace !== 'string' || !Array.isArray(entries)) {
    held.wrong.push(`The file ${file} does not hold entries of a kind that is known.`);
    return;
  }
  for (const entry of entries) {
    const { key, fields, id } = isObject(entry) ? entry : {};
    if (!Array.isArray(key) || !isObject(fields)) {
      held.wrong.push(`An entry of the file ${file} has no name or no fields.`);
      return;
    }
    held.entries.push({
      kind: String(kind),
      workspace,
      key: key.map(String),
      fields,
      ...(typeof id === 'string' && { id }),
    });
  }
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
