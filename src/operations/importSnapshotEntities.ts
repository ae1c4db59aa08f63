import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Gap } from '../core/coverage.js';
import { defaultWorkspace } from '../core/environment.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { PartRecord, SnapshotWarning } from '../core/snapshot.js';
import { countKinds } from '../estate/countKinds.js';
import { readDblessFile } from '../estate/dblessFile.js';
import { readDeckFile, readDeckRoot } from '../estate/deckFile.js';
import { orphansOf, writeDeckFile } from '../estate/deckWriter.js';
import type { Entity } from '../estate/entity.js';
import { isKnownKind, knownKinds } from '../estate/kinds.js';
import { labelOfEntity } from '../estate/label.js';
import { isKongaSnapshot, readKongaSnapshot } from '../estate/kongaSnapshot.js';
import { readDocument } from '../language/document.js';
import { readYaml } from '../estate/yamlRead.js';
import { pushEntry } from '../estate/yamlText.js';
import type { SchemaFacts } from '../schema/facts.js';
import { majorOf } from '../schema/major.js';
import { declarativeFiles } from './declarativeFiles.js';
import { asKongReads } from './deckFileOf.js';
import { notImported, readTextFile } from './importSnapshotKind.js';
import { type TakenWorkspace, workspaceFile } from './takeWorkspace.js';

/** What was made of files, in the folder of a snapshot. */
export interface ImportedEntities {
  taken: TakenWorkspace[];
  /** Other parts, their files beside. */
  records: PartRecord[];
  gaps: Gap[];
  warnings: SnapshotWarning[];
  selectTags?: string[];
  /** Of Kong, as the file says. */
  gatewayVersion?: string;
  madeAt?: string;
}

const nothing: Pick<ImportedEntities, 'records' | 'gaps' | 'warnings'> = { records: [], gaps: [], warnings: [] };

/** A file of decK, as it is. @throws KongBackupError `file-invalid` with line and column. */
export async function importDeckText(text: string, name: string, directory: string): Promise<ImportedEntities> {
  const { workspace = defaultWorkspace, selectTags } = readDeckFile(text, name);
  const taken = [await keepWorkspace({ workspace, text, driver: 'deck-file', gaps: [] }, directory)];
  return { ...nothing, taken, ...(selectTags && { selectTags }) };
}

interface State {
  root: JsonObject;
  files: string[];
  /** By what an entity is known by: the file that holds it. */
  held: Map<string, string>;
}

/**
 * A folder of decK's files: a file a workspace, or several that are one together.
 * @throws KongBackupError `file-invalid` where two files hold the same entity, and as `importDeckText`.
 */
export async function importDeckFolder(folder: string, directory: string): Promise<ImportedEntities> {
  const states = new Map<string, State>();
  for (const file of await declarativeFiles([folder])) {
    const name = path.relative(folder, file);
    const text = await readTextFile(file);
    const root = readYaml(text, name);
    if (!isObject(root)) throw notImported(name, 'It is no mapping.', 'Take it out of the folder.');
    const { entities, workspace = defaultWorkspace } = readDeckFile(text, name, { allowEmpty: true });
    const state: State = states.get(workspace) ?? { root: {}, files: [], held: new Map() };
    refuseTwice(state, entities, name, workspace);
    merge(state.root, root);
    state.files.push(name);
    states.set(workspace, state);
  }
  return writeStates(states, folder, directory);
}

/** Ids and labels of what one file has and another has too: two states of one workspace, not two halves. */
function refuseTwice({ held }: State, entities: readonly Entity[], name: string, workspace: string): void {
  for (const entity of entities) {
    const label = labelOfEntity(entity, () => undefined);
    const other = held.get(`${entity.kind} ${label}`);
    if (other !== undefined && other !== name && entity.kind !== 'plugins') {
      throw notImported(
        name,
        `It holds ${entity.kind} "${label}" of the workspace "${workspace}", as ${other} does: these are two states of one workspace.`,
        'Import one of them by itself.',
      );
    }
    held.set(`${entity.kind} ${label}`, name);
  }
}

function merge(root: JsonObject, own: JsonObject): void {
  for (const [key, value] of Object.entries(own)) {
    const before = root[key];
    if (Array.isArray(before) && Array.isArray(value)) root[key] = [...before, ...value];
    else if (isObject(before) && isObject(value)) root[key] = { ...before, ...value };
    else root[key] = value ?? before ?? null;
  }
}

async function writeStates(
  states: ReadonlyMap<string, State>,
  folder: string,
  directory: string,
): Promise<ImportedEntities> {
  const taken: TakenWorkspace[] = [];
  const warnings: SnapshotWarning[] = [];
  const tags: (string[] | undefined)[] = [];
  for (const [workspace, { root, files }] of states) {
    const fail = (_at: unknown, reason: string) => notImported(path.basename(folder), `${workspace}: ${reason}`);
    tags.push(readDeckRoot(structuredClone(root), fail).selectTags);
    const text = yamlOf(root);
    taken.push(await keepWorkspace({ workspace, text, driver: 'deck-file', gaps: [] }, directory));
    if (files.length === 1) continue;
    const message = `Put together from ${files.join(', ')}, as decK reads them.`;
    warnings.push({ code: 'files-merged', message, workspace });
  }
  const [first] = tags;
  if (tags.some((each) => String(each) !== String(first))) {
    throw notImported(folder, 'Its files are about different tags (`select_tags`).', 'Import the files one by one.');
  }
  return { ...nothing, taken, warnings, ...(first && { selectTags: first }) };
}

function yamlOf(root: JsonObject): string {
  const lines: string[] = [];
  for (const [key, value] of Object.entries(root)) pushEntry(lines, '', 0, key, value);
  return `${lines.join('\n')}\n`;
}

/**
 * A file of a gateway without a database, or an export by `kong config db_export`: kept as it is, and its entities beside it so
 * that they can be compared and restored one by one.
 * @throws KongBackupError `file-invalid` with line and column.
 */
export async function importDeclarative(
  { text, name, kind, version }: { text: string; name: string; kind: 'dbless' | 'db_export'; version: string },
  directory: string,
  facts: SchemaFacts,
): Promise<ImportedEntities> {
  const read = asKongReads(readDocument(text, text.trimStart().startsWith('{')));
  const { entities, problems } = readDblessFile(text, name, facts, { parse: () => read });
  const root = read ?? readYaml(text, name);
  const isExport = kind === 'db_export';
  const file = isExport ? 'kong-export.yaml' : text.trimStart().startsWith('{') ? 'kong.json' : 'kong.yaml';
  const record: PartRecord = {
    kind: 'declarative-file',
    format: kind,
    driver: { id: isExport ? 'kong-config' : 'dbless', version: 'unknown' },
    files: [await keepFile(directory, `declarative-file/${file}`, text)],
    counts: countKinds(entities),
    details: {
      ...(isExport ? { workspacesKnown: false } : { source: 'file' }),
      transform: !(isObject(root) && root['_transform'] === false),
    },
  };
  const merged = mergedWorkspaces(root);
  const beside = entitiesBeside(entities, problems.length > 0 || merged !== undefined);
  const made = beside.usable
    ? await keepEntities(
        { entities: beside.usable, driver: 'declarative-import', version, gaps: beside.gaps },
        directory,
      )
    : undefined;
  const warnings: SnapshotWarning[] = [
    ...(merged === undefined ? [] : [{ code: 'workspaces-merged', message: merged }]),
    ...problems.map(({ path: at, message }) => ({ code: 'references-missing', message: `${at}: ${message}` })),
  ];
  return { taken: made ? [made] : [], records: [record], gaps: made ? [] : beside.gaps, warnings };
}

/** An export mixes the entities of all workspaces and lists their names. */
function mergedWorkspaces(root: Json): string | undefined {
  const list = isObject(root) ? root['workspaces'] : undefined;
  const names = Array.isArray(list) ? list.flatMap((each) => (isObject(each) ? [String(each['name'])] : [])) : [];
  if (names.length < 2) return undefined;
  return `The export mixes the entities of the workspaces ${names.join(', ')} and does not say which is of which.`;
}

/** Kinds by which a gateway keeps house. */
const housekeeping = ['parameters', 'workspaces', 'clustering_data_planes', 'clustering_rpc_requests'];

function entitiesBeside(entities: readonly Entity[], isMixed: boolean): { usable?: Entity[]; gaps: Gap[] } {
  if (isMixed) {
    const reason = 'Its entities can not be told apart by workspace, or refer to what is not in it.';
    return { gaps: [{ part: 'entities', reason, remedy: 'Restore the declarative file as a whole.' }] };
  }
  const others = countKinds(entities.filter(({ kind }) => !isKnownKind(kind) && !housekeeping.includes(kind)));
  const gaps = Object.entries(others).map(([kind, count]): Gap => ({
    part: 'entities',
    kind,
    workspace: defaultWorkspace,
    count,
    reason: "decK's format has no place for them: only the declarative file holds them.",
    remedy: 'Restore the declarative file as a whole.',
  }));
  return { usable: entities.filter(({ kind }) => isKnownKind(kind)), gaps };
}

/** What Konga lets one download. @throws KongBackupError `file-invalid`. */
export async function importKonga(
  text: string,
  name: string,
  directory: string,
  given: string | undefined,
): Promise<ImportedEntities> {
  const value = readYaml(text, name);
  if (!isKongaSnapshot(value)) throw notImported(name, 'It is no snapshot of Konga.');
  const { kongVersion, madeAt, entities, lacking } = readKongaSnapshot(value, name);
  if (entities.length === 0)
    throw notImported(name, 'This snapshot of Konga holds no entities.', 'Choose another one.');
  const gaps = lacking.map(({ kind, count, reason }): Gap => ({
    part: 'entities',
    kind,
    workspace: defaultWorkspace,
    ...(count !== undefined && { count }),
    reason,
    remedy: 'Take a snapshot of the gateway itself, while it runs.',
  }));
  const version = given ?? kongVersion ?? '';
  const taken = [await keepEntities({ entities, driver: 'konga', version, gaps }, directory)];
  return {
    ...nothing,
    taken,
    ...(kongVersion !== undefined && { gatewayVersion: kongVersion }),
    ...(madeAt !== undefined && { madeAt }),
  };
}

async function keepEntities(
  made: { entities: Entity[]; driver: string; version: string; gaps: Gap[] },
  directory: string,
): Promise<TakenWorkspace> {
  const { entities, driver, version, gaps } = made;
  const orphans = orphansOf(entities);
  const lost = Object.entries(countKinds(orphans)).map(([kind, count]): Gap => ({
    part: 'entities',
    kind,
    workspace: defaultWorkspace,
    count,
    partial: true,
    reason: 'They belong to something that the file does not hold.',
    remedy: 'Take a snapshot of the gateway itself, while it runs.',
  }));
  const formatVersion = majorOf(version) < 3 ? '1.1' : '3.0';
  const kept = entities.filter((entity) => !orphans.includes(entity));
  const sorted = knownKinds.flatMap((kind) => kept.filter((entity) => entity.kind === kind));
  const text = [...writeDeckFile(sorted, { formatVersion })].join('');
  return keepWorkspace({ workspace: defaultWorkspace, text, driver, gaps: [...gaps, ...lost] }, directory);
}

async function keepWorkspace(
  { workspace, text, driver, gaps }: { workspace: string; text: string; driver: string; gaps: Gap[] },
  directory: string,
): Promise<TakenWorkspace> {
  const place = workspaceFile(workspace);
  const file = readDeckFile(text, place, { literal: driver !== 'deck-file' });
  const part: PartRecord = {
    kind: 'entities',
    format: 'deck',
    driver: { id: driver, version: '1' },
    workspace,
    files: [await keepFile(directory, place, text)],
    counts: countKinds(file.entities),
  };
  return { part, gaps, text, file };
}

async function keepFile(directory: string, inner: string, text: string): Promise<PartRecord['files'][number]> {
  const bytes = Buffer.from(text);
  await writeFile(path.join(directory, ...inner.split('/')), bytes, { flag: 'wx', mode: 0o600 });
  return { path: inner, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
