import { copyFile, chmod, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { DumpReader } from '../core/dumpReader.js';
import { defaultWorkspace, type Environment, type GatewayInfo } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import {
  importedLabel,
  type ImportedFrom,
  type ImportKind,
  type Manifest,
  type PartRecord,
  type SnapshotWarning,
} from '../core/snapshot.js';
import { assumedGatewayVersion, type SchemaFacts } from '../schema/facts.js';
import { type BackupParts, headOf, heldBy, judge } from './backup.js';
import {
  importDeckFolder,
  importDeckText,
  importDeclarative,
  type ImportedEntities,
  importKonga,
} from './importSnapshotEntities.js';
import { notImported, readTextFile, recogniseImport, type Recognised } from './importSnapshotKind.js';
import { partsNotTaken } from './partsNotTaken.js';
import { filesBelow } from './takeParts.js';

export interface ImportParts extends Pick<BackupParts, 'store' | 'shipped' | 'tool'> {
  dumps: DumpReader;
}

export interface ImportRequest {
  /** Absolute path of a file or folder. */
  place: string;
  /** Whose snapshot it becomes. */
  environment: Environment;
  /** What it is, instead of what its content says. */
  as?: ImportKind;
  /** Version of Kong that it is of, instead of what it says itself. */
  gatewayVersion?: string;
  label?: string;
  note?: string;
}

interface Imported extends Omit<ImportedEntities, 'taken'> {
  taken: ImportedEntities['taken'];
  enterprise?: boolean;
}

/**
 * Makes a snapshot of files that were not made by this product. It exists when this returns, and not at all when this throws. No
 * gateway is asked, and the files stay as they are.
 * @throws KongBackupError `file-unreadable`, `file-invalid`, `dump-damaged`, `tool-*`, `store-*`, `cancelled`.
 */
export async function importFiles(
  parts: ImportParts,
  request: ImportRequest,
  context: OperationContext,
): Promise<Manifest> {
  const { environment, place } = request;
  const begun = new Date();
  throwIfCancelled(context.signal, place);
  context.report({ step: 'read', subject: path.basename(place) });
  const known = request.gatewayVersion ?? environment.gatewayVersion ?? assumedGatewayVersion;
  const facts = await parts.shipped.facts(known);
  const found = await whatItIs(request, facts);
  const staging = await parts.store.stage(environment.name, context.signal);
  try {
    const imported = await take({ parts, request, found, facts, known, directory: staging.directory }, context);
    const gateway = gatewayOf(request, imported);
    const source = await sourceOf(request, found, imported);
    const records = [...imported.taken.map(({ part }) => part), ...imported.records];
    const judged = await judge(offline(parts), { environment, headers: {} }, gateway, imported.taken, context);
    throwIfCancelled(context.signal, place);
    context.report({ step: 'publish', subject: environment.name });
    return await staging.publish({
      ...headOf({ environment, gateway, tool: parts.tool, begun }),
      workspaces: imported.taken.map(({ part }) => part.workspace ?? defaultWorkspace),
      ...(imported.selectTags && { selectTags: imported.selectTags }),
      parts: records,
      coverage: { held: records.flatMap(heldBy), notHeld: gapsOf(gateway, records, imported) },
      warnings: [...versionWarning(source, gateway), ...imported.warnings, ...judged],
      label: request.label ?? importedLabel(source.file),
      ...(request.note !== undefined && { note: request.note }),
      imported: source,
    });
  } catch (error) {
    await staging.discard();
    throw writeError(error, parts.store.location);
  }
}

/** What a file or folder is, and whether somebody says that it is something else. */
async function whatItIs(
  { place, as }: ImportRequest,
  facts: SchemaFacts,
): Promise<Exclude<Recognised, { kind: 'archive' }>> {
  const found = await recogniseImport(place, facts);
  if (found.kind === 'archive') {
    throw notImported(place, 'It is an archive of a snapshot.', 'Import it without naming an environment or a kind.');
  }
  if (as === undefined || as === found.kind) return found;
  // Declarative files look alike; nothing else can be taken for another.
  if (found.kind === 'pg_dump' || as === 'pg_dump' || found.kind === 'konga' || as === 'konga') {
    throw notImported(
      place,
      `It is not ${as}: by its content it is ${found.kind}.`,
      'Import it without naming a kind.',
    );
  }
  if (as === 'deck') return { kind: 'deck', ...(found.text !== undefined && { text: found.text }) };
  return { kind: as, text: found.text ?? (await readTextFile(place)) };
}

interface Taking {
  parts: ImportParts;
  request: ImportRequest;
  found: Exclude<Recognised, { kind: 'archive' }>;
  facts: SchemaFacts;
  /** Version of Kong, as far as it is known before the file is read. */
  known: string;
  directory: string;
}

async function take(taking: Taking, context: OperationContext): Promise<Imported> {
  const { request, found, facts, known, directory } = taking;
  const name = path.basename(request.place);
  if (found.kind === 'pg_dump') return takeDump(taking, found.dumpFormat, context);
  if (found.kind === 'konga') return importKonga(found.text, name, directory, request.gatewayVersion);
  if (found.kind === 'deck') {
    return found.text === undefined
      ? importDeckFolder(request.place, directory)
      : importDeckText(found.text, name, directory);
  }
  await mkdir(path.join(directory, 'declarative-file'), { mode: 0o700 });
  return importDeclarative({ text: found.text, name, kind: found.kind, version: known }, directory, facts);
}

async function takeDump(
  { parts, request, directory }: Taking,
  format: Extract<Recognised, { kind: 'pg_dump' }>['dumpFormat'],
  context: OperationContext,
): Promise<Imported> {
  const folder = path.join(directory, 'database');
  await mkdir(folder, { mode: 0o700 });
  const place = parts.dumps.placeOf(folder, format);
  if (format === 'directory') await copyFolder(request.place, place, context);
  else await copyPrivate(request.place, place);
  throwIfCancelled(context.signal, request.place);
  const { record, gatewayVersion, enterprise, warnings } = await parts.dumps.read(
    folder,
    format,
    path.basename(request.place),
    context,
  );
  const files = await filesBelow(directory, folder, context.signal);
  return {
    taken: [],
    records: [{ ...record, files }],
    gaps: [],
    warnings,
    enterprise,
    ...(gatewayVersion !== undefined && { gatewayVersion }),
  };
}

/** `pg_dump` writes no folders into its folder, and no links. */
async function copyFolder(from: string, to: string, { signal }: OperationContext): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    throwIfCancelled(signal, from);
    if (!entry.isFile()) {
      throw notImported(path.join(from, entry.name), 'pg_dump writes nothing but files.', 'Take it out of the folder.');
    }
    await copyPrivate(path.join(from, entry.name), path.join(to, entry.name));
  }
}

async function copyPrivate(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o600);
}

/** Nobody is asked what the schemas of the gateway are. */
const offline = ({ shipped }: ImportParts) => ({
  shipped,
  schemas: { schemas: () => Promise.resolve({ entities: {}, plugins: {}, failed: [] }) },
});

function gatewayOf({ environment, gatewayVersion }: ImportRequest, imported: Imported): GatewayInfo {
  const version = gatewayVersion ?? imported.gatewayVersion ?? environment.gatewayVersion ?? assumedGatewayVersion;
  const workspaces = imported.taken.map(({ part }) => part.workspace ?? defaultWorkspace);
  const isEnterprise = imported.enterprise || /enterprise/i.test(version) || workspaces.length > 1;
  return {
    version,
    edition: isEnterprise ? 'enterprise' : 'community',
    mode: environment.mode,
    hostname: '',
    database: imported.records.some(({ kind }) => kind === 'database') ? 'postgres' : 'unknown',
    plugins: [],
    workspaces,
    workspacesKnown: false,
    hasWorkspaces: isEnterprise,
  };
}

async function sourceOf(
  { place, environment, gatewayVersion }: ImportRequest,
  { kind }: Taking['found'],
  imported: Imported,
): Promise<ImportedFrom> {
  const madeAt = imported.madeAt ?? (await stat(place)).mtime.toISOString();
  const versionFrom =
    gatewayVersion !== undefined
      ? 'given'
      : imported.gatewayVersion !== undefined
        ? 'file'
        : environment.gatewayVersion !== undefined
          ? 'environment'
          : 'assumed';
  return { file: path.basename(place), kind, madeAt, versionFrom };
}

function versionWarning({ versionFrom, file }: ImportedFrom, { version }: GatewayInfo): SnapshotWarning[] {
  if (versionFrom !== 'assumed') return [];
  const message = `${file} does not say of which version of Kong it is: ${version} is assumed. Import it again with --gateway-version to say so.`;
  return [{ code: 'version-unknown', message }];
}

function gapsOf(gateway: GatewayInfo, records: readonly PartRecord[], { taken, gaps }: Imported): Gap[] {
  const held = new Set(records.map(({ kind }) => kind));
  const entities: Gap[] =
    held.has('entities') || gaps.some(({ part }) => part === 'entities')
      ? []
      : [
          {
            part: 'entities',
            reason: 'The dump holds the entities only as rows of the database: they can not be compared one by one.',
            remedy: 'Restore the database as a whole.',
          },
        ];
  const others = partsNotTaken(gateway, [], []).filter(({ part }) => !held.has(part));
  return [...entities, ...taken.flatMap((each) => each.gaps), ...gaps, ...others];
}
