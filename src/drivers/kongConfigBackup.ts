import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { listed } from '../core/listed.js';
import type { PartBackupRequest, TakenPart } from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { entityKind } from '../estate/kinds.js';
import type { SchemaFacts } from '../schema/facts.js';
import { exportDatabase, kongOf, kongVersion, readText } from './kongCommand.js';
import { frailIn, isKept, keptCounts, type KongFile, readKongFile } from './kongConfigFile.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';

/** The file in the part's folder. */
const exportPlace = (directory: string): string => path.join(directory, 'kong-export.yaml');

/** @throws KongBackupError `tool-*`, `database-*`, `dump-damaged`, `file-invalid`, `store-*`, `cancelled`. */
export async function backUpByKong(
  options: DeclarativeFileOptions,
  target: Target,
  { gateway, directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  throwIfCancelled(context.signal, target.environment.name);
  const kong = kongOf(target);
  const version = await kongVersion(kong, context);
  const facts = await options.shipped.facts(gateway.version);
  const count = (): Promise<Counted> => countGateway(options, target, gateway.workspaces, facts, context);

  const before = await count();
  context.report({ step: 'read', subject: 'kong config db_export' });
  await exportDatabase(kong, target, exportPlace(directory), context);
  context.report({ step: 'verify', subject: 'kong config db_export' });
  const file = readExport(await readText(exportPlace(directory)), kong.place, facts);
  const after = await count();
  const changed = refuseHalf(kong.place, keptCounts(file.counts, facts), before, after);
  return {
    format: 'db_export',
    driverVersion: version,
    counts: file.counts,
    details: { workspaces: gateway.workspaces, workspacesKnown: gateway.workspacesKnown, transform: file.transform },
    gaps: [],
    warnings: [...changed, ...warningsOf(file, gateway.workspaces, gateway.workspacesKnown, before.unread)],
  };
}

/** @throws KongBackupError `dump-damaged` */
function readExport(text: string, place: string, facts: SchemaFacts): KongFile {
  try {
    const file = readKongFile(text, 'kong config db_export', facts);
    const [problem] = file.problems;
    if (problem !== undefined) throw damaged(place, problem);
    return file;
  } catch (error) {
    throw isKongBackupError(error, 'file-invalid') ? damaged(place, `${error.place}: ${error.reason}`) : error;
  }
}

const damaged = (place: string, reason: string): KongBackupError =>
  new KongBackupError('dump-damaged', {
    place,
    reason,
    remedy: 'Check that there is space for temporary files where kong runs, then try again.',
  });

interface Counted {
  counts: Counts;
  /** Why the gateway could not be counted, or not all of it. */
  unread?: string;
}

/** What the Admin API shows, over all workspaces. kong itself needs no gateway to run: one that is down is no failure. */
async function countGateway(
  { reader }: DeclarativeFileOptions,
  target: Target,
  workspaces: readonly string[],
  facts: SchemaFacts,
  context: OperationContext,
): Promise<Counted> {
  const counts: Counts = {};
  try {
    for (const workspace of workspaces) {
      const own = await reader.count(target, workspace, context);
      for (const [kind, count] of Object.entries(keptCounts(own.counts, facts))) {
        const isShared = entityKind(kind, facts).wholeGateway === true;
        counts[kind] = isShared ? Math.max(counts[kind] ?? 0, count) : (counts[kind] ?? 0) + count;
      }
    }
    return { counts };
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    return { counts: {}, unread: error.reason };
  }
}

/** A disk that is full leaves half a file and the exit code 0. Half of it would be less than the gateway showed all the time. */
function refuseHalf(place: string, file: Counts, before: Counted, after: Counted): SnapshotWarning[] {
  const warnings: SnapshotWarning[] = [];
  for (const kind of new Set([...Object.keys(before.counts), ...Object.keys(after.counts)])) {
    const [first, last, has] = [before.counts[kind] ?? 0, after.counts[kind] ?? 0, file[kind] ?? 0];
    if (has < Math.min(first, last)) {
      throw damaged(place, `The export holds ${has} ${kind}; the gateway shows ${last}.`);
    }
    if (first === last && has === last) continue;
    const message = `${kind}: the gateway shows ${first} before and ${last} after the export, which holds ${has}. It was changed meanwhile, or the token does not show all.`;
    warnings.push({ code: 'counts-differ', message, kind });
  }
  return warnings;
}

function warningsOf(
  file: KongFile,
  workspaces: readonly string[],
  workspacesKnown: boolean,
  unread: string | undefined,
): SnapshotWarning[] {
  const found: SnapshotWarning[] = [];
  if (workspaces.length > 1) {
    const message = `kong config db_export mixes the entities of the workspaces ${workspaces.join(', ')} and does not say which is of which; kong config db_import puts all of them into default. To keep workspaces apart use the database dump, or the entities.`;
    found.push({ code: 'workspaces-merged', message });
  } else if (!workspacesKnown) {
    const message = 'Nobody could say which workspaces the gateway has: when there are several, the export mixes them.';
    found.push({ code: 'workspaces-unknown', message });
  }
  if (unread !== undefined) {
    found.push({ code: 'counts-unknown', message: `The export could not be compared with the gateway: ${unread}` });
  }
  if (file.unknownKinds.length > 0) {
    const message = `The export also holds ${file.unknownKinds.join(', ')}, which is not known here: it is kept and brought back, but neither counted nor compared.`;
    found.push({ code: 'kinds-unknown', message });
  }
  const { expiring, tokens, rehashed } = frailIn(file);
  const says = (code: string, kind: string, message: string): void => void found.push({ code, kind, message });
  if (expiring.length > 0) {
    says('expiry-lost', 'keyauth_credentials', `Brought back, these keys never expire again: ${listed(expiring)}.`);
  }
  if (tokens.length > 0) {
    says('expiry-lost', 'oauth2_tokens', `Brought back, ${tokens.length} issued tokens never expire again.`);
  }
  if (rehashed.length > 0) {
    const message = `The export does not say \`_transform: false\`: brought back, the passwords of ${listed(rehashed)} would be hashed once more.`;
    says('password-hashed', 'basicauth_credentials', message);
  }
  return found;
}

/** Kinds of a file by name, for a sentence: `3 services, 2 routes`. */
export function countsText(counts: Counts, facts: SchemaFacts): string {
  const kinds = Object.entries(counts).filter(([kind, count]) => count > 0 && isKept(kind, facts));
  return kinds.length === 0 ? 'nothing' : kinds.map(([kind, count]) => `${count} ${kind}`).join(', ');
}
