import { rename } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { listed } from '../core/listed.js';
import type { PartBackupRequest, TakenPart } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import type { SchemaFacts } from '../schema/facts.js';
import { getConfig } from '../gateway/declarativeConfig.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';
import { kongOf, readText } from './kongCommand.js';
import { writeNew } from './kongCommandFiles.js';
import { countDifferences, frailIn, keptCounts, type KongFile, readKongFile } from './kongConfigFile.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';

/** @throws KongBackupError `file-unreadable`, `file-invalid`, `gateway-*`, `tool-*`, `store-*`, `cancelled`. */
export async function backUpDbless(
  options: DeclarativeFileOptions,
  target: Target,
  { gateway, directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  const { name } = target.environment;
  throwIfCancelled(context.signal, name);
  const facts = await options.shipped.facts(gateway.version);
  const warnings: SnapshotWarning[] = [];
  const own = await fetchFile(target, directory, facts, warnings, context);
  const running = await readRunning(options, target, facts, context).catch((error: unknown) => {
    if (!own || !isKongBackupError(error) || error.code === 'cancelled') throw error;
    warnings.push({
      code: 'running-unread',
      message: `The file could not be compared with what the gateway runs: ${error.reason}`,
    });
    return undefined;
  });
  if (!own && running) await writeNew(path.join(directory, 'kong.yaml'), running.text);
  if (own && running) warnings.push(...(await keepDifferent(own, running, directory, facts)));
  const file = own ?? running;
  if (!file) throw nothingThere(name);
  const [problem] = file.problems;
  if (problem !== undefined) warnings.push({ code: 'references-missing', message: problem });
  if (!own) warnings.push(...frailWarnings(file));
  return {
    format: 'dbless',
    driverVersion: '1',
    counts: file.counts,
    details: { source: own ? 'file' : 'gateway', transform: file.transform },
    gaps: own ? [] : [withoutOwnFile],
    warnings,
  };
}

const withoutOwnFile: Gap = {
  part: 'declarative-file',
  partial: true,
  reason: 'The file that the gateway loads at its start is not copied; what the gateway shows of it is held.',
  remedy: 'Name it as `declarativeFile` in the environments file: then each backup copies it.',
};

const nothingThere = (place: string): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: 'There was neither a declarative file nor a gateway to ask for its configuration.',
    remedy: 'Name the file as `declarativeFile` in the environments file.',
  });

/** The file that the gateway loads at its start; undefined where none is named or it can't be had: then the gateway is asked. */
async function fetchFile(
  target: Target,
  directory: string,
  facts: SchemaFacts,
  warnings: SnapshotWarning[],
  context: OperationContext,
): Promise<KongFile | undefined> {
  const { declarativeFile } = target.environment;
  if (declarativeFile === undefined) return undefined;
  context.report({ step: 'read', subject: declarativeFile });
  const fetched = path.join(directory, 'kong.yaml');
  const without = (reason: string): undefined => {
    const message = `${declarativeFile} could not be had (${reason}): what the gateway runs was taken instead.`;
    warnings.push({ code: 'declarative-file-unread', message });
  };
  try {
    const found = await kongOf(target).files.fetch(declarativeFile, fetched, context);
    if (!found) return without('there is no such file');
  } catch (error) {
    if (!isKongBackupError(error) || !isUnread(error.code)) throw error;
    return without(error.reason);
  }
  const text = await readText(fetched);
  const file = readKongFile(text, declarativeFile, facts);
  if (text.trimStart().startsWith('{')) await rename(fetched, path.join(directory, 'kong.json'));
  return file;
}

const isUnread = (code: string): boolean => code === 'file-unreadable' || code.startsWith('tool-');

async function readRunning(
  { requestTimeout }: DeclarativeFileOptions,
  target: Target,
  facts: SchemaFacts,
  { signal }: OperationContext,
): Promise<KongFile> {
  const client = createGatewayClient(target, { requestTimeout });
  return readKongFile(await getConfig(client, signal), `GET ${client.address}/config`, facts);
}

/** Somebody may have loaded another configuration since the start: then both are kept. */
async function keepDifferent(
  own: KongFile,
  running: KongFile,
  directory: string,
  facts: SchemaFacts,
): Promise<SnapshotWarning[]> {
  const [counts, runs] = [keptCounts(own.counts, facts), keptCounts(running.counts, facts)];
  const different = countDifferences(counts, runs, 'The file', 'the gateway runs');
  if (different.length === 0) return [];
  await writeNew(path.join(directory, 'running.yaml'), running.text);
  const message = `The gateway runs another configuration than its file: ${listed(different, 3)} Both are kept; a restore brings back the file, running.yaml is beside it.`;
  return [{ code: 'running-differs', message }];
}

/** What a gateway without a database tells of itself is not enough for these. */
function frailWarnings(file: KongFile): SnapshotWarning[] {
  const { expiring, oauth2, tokens } = frailIn(file);
  const found: SnapshotWarning[] = [];
  const say = (kind: string, message: string): void => void found.push({ code: 'credentials-break', kind, message });
  if (expiring.length > 0)
    say(
      'keyauth_credentials',
      `Brought back from what the gateway shows, these expiring keys do not work: ${listed(expiring)}. Name the file as \`declarativeFile\` to keep them.`,
    );
  if (oauth2.length > 0)
    say('oauth2_credentials', `Brought back from what the gateway shows, these get no new tokens: ${listed(oauth2)}.`);
  if (tokens.length > 0)
    say('oauth2_tokens', `Brought back from what the gateway shows, ${tokens.length} issued tokens do not work.`);
  return found;
}
