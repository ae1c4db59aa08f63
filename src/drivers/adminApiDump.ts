import { open } from 'node:fs/promises';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Dump, DumpRequest } from '../core/driver.js';
import { defaultWorkspace } from '../core/environment.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import { groupBy } from '../core/groupBy.js';
import { isObject, type JsonObject } from '../core/json.js';
import { countKinds } from '../estate/countKinds.js';
import { orphansOf, writeDeckFile } from '../estate/deckWriter.js';
import type { Entity } from '../estate/entity.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import { readRoot } from '../gateway/probe.js';
import { writeError } from '../core/fileErrors.js';
import { isOfOneKind, readSchema } from './adminApiKinds.js';
import { readEntities } from './adminApiRead.js';

/**
 * Reads a workspace and writes it in decK's format, flushed to disk, readable by its owner only.
 * @throws KongBackupError `gateway-*`, `workspace-missing`, `store-*`, `cancelled`.
 */
export async function dumpWorkspace(
  client: GatewayClient,
  request: DumpRequest & { connections: number },
  context: OperationContext,
): Promise<Dump> {
  const { workspace, file, selectTags, connections } = request;
  const { version } = await readRoot(client, context.signal);
  const scope = { workspace, connections, ...(selectTags ? { selectTags } : {}) };
  const { entities, gaps } = request.live ?? (await readEntities(client, scope, context));
  request.onRead?.();
  const keepNull = await tellingNulls(client, entities, context.signal);
  const head = {
    formatVersion: /^[012]\./.test(version) ? '1.1' : '3.0',
    keepNull,
    ...(workspace === defaultWorkspace ? {} : { workspace }),
    ...(selectTags ? { selectTags } : {}),
  };
  const orphans = orphansOf(entities);
  const left = new Set(orphans);
  await writeFile(file, writeDeckFile(entities, head), context);
  return {
    counts: countKinds(entities.filter((entity) => !left.has(entity))),
    gaps: [...gaps, ...orphanGaps(orphans, workspace)],
    format: 'deck',
  };
}

async function writeFile(file: string, chunks: Iterable<string>, { signal, report }: OperationContext): Promise<void> {
  report({ step: 'write', subject: file });
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      for (const chunk of chunks) {
        throwIfCancelled(signal, file);
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeError(error, file);
  }
}

/**
 * Whether a null says something: where Kong's schema has a default, leaving the field out would bring the default back.
 * Schemas are only asked for where there is such a null to judge. Where the gateway doesn't show one, every null stays.
 */
async function tellingNulls(
  client: GatewayClient,
  entities: readonly Entity[],
  signal: AbortSignal,
): Promise<(kind: string, path: string) => boolean> {
  const withDefault = new Set<string>();
  const unread = new Set<string>();
  const kinds = [...groupBy(entities, ({ kind }) => kind)].filter(([, all]) =>
    all.some(({ fields }) => hasNull(fields)),
  );
  await Promise.all(
    kinds.map(async ([kind]) => {
      const schema = await schemaOf(client, kind, signal);
      if (!schema) unread.add(kind);
      else for (const path of pathsWithDefault(schema)) withDefault.add(`${kind}.${path}`);
    }),
  );
  return (kind, path) => unread.has(kind) || withDefault.has(`${kind}.${path}`);
}

async function schemaOf(client: GatewayClient, kind: string, signal: AbortSignal): Promise<JsonObject | undefined> {
  try {
    return await readSchema(client, `/schemas/${encodeURIComponent(kind)}`, signal);
  } catch (error) {
    if (isKongBackupError(error) && isOfOneKind(error.code)) return undefined;
    throw error;
  }
}

const hasNull = (fields: JsonObject): boolean =>
  Object.values(fields).some((value) => value === null || (isObject(value) && hasNull(value)));

function* pathsWithDefault({ fields }: JsonObject): Generator<string> {
  const list = Array.isArray(fields) ? fields.filter(isObject) : [];
  for (const [name, facts] of list.flatMap((field) => Object.entries(field))) {
    if (!isObject(facts)) continue;
    if ((facts['default'] ?? null) !== null) yield name;
    if (facts['type'] === 'record') for (const inner of pathsWithDefault(facts)) yield `${name}.${inner}`;
  }
}

function orphanGaps(orphans: readonly Entity[], workspace: string): Gap[] {
  return [...groupBy(orphans, ({ kind }) => kind)].map(([kind, { length: count }]) => ({
    part: 'entities',
    kind,
    workspace,
    count,
    partial: true,
    reason: "They belong to entities that are not in this file, and decK's format can only hold them inside.",
    remedy: 'Tag the entities that they belong to as well, or back up without tags.',
  }));
}
