import { createHash } from 'node:crypto';
import type { OperationContext } from '../core/context.js';
import type { SchemaReader, WantedSchemas } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import { isInProportion } from '../schema/ownSchemas.js';

/** A gateway's own schemas, as it answered, and what of it was asked. */
export interface KeptSchemas {
  /** As the gateway says it. */
  version: string;
  edition: GatewayInfo['edition'];
  /** Plugins that the gateway has. */
  plugins: string[];
  /** Of kinds and of plugins: those that were asked for. One that is not in `answers` the gateway does not have. */
  asked: { kinds: string[]; plugins: string[] };
  answers: { entities: Record<string, JsonObject>; plugins: Record<string, JsonObject> };
  /** When the gateway was asked: the oldest of its answers. ISO 8601. */
  at: string;
}

/** Keeps schemas between two sessions. They hold no secrets. */
export interface SchemaCache {
  /** Undefined when there is none, or none that is whole. */
  read(
    environment: string,
    gateway: Pick<GatewayInfo, 'version' | 'edition' | 'plugins'>,
  ): Promise<KeptSchemas | undefined>;
  /** What was last known of an environment's gateway, for the time when it does not answer. */
  lastOf(environment: string): Promise<KeptSchemas | undefined>;
  write(environment: string, schemas: KeptSchemas): Promise<void>;
}

export interface GatewaySchemas extends KeptSchemas {
  /** Kinds and plugins whose schemas could not be had or make no sense, with the reason. */
  missing: { name: string; reason: string }[];
}

/**
 * A gateway's own schemas of these kinds and plugins. Only those are asked for that are not known of this gateway yet, and
 * all of them after a day: a plugin of somebody's own changes under the same name.
 * @param gateway as it says itself. @param options `refresh` to ask for all of them anew.
 * @throws KongBackupError `cancelled` only: what could not be had is named.
 */
export async function gatewaySchemas(
  { schemas, cache }: { schemas: SchemaReader; cache: SchemaCache },
  target: Target,
  gateway: GatewayInfo,
  wanted: WantedSchemas,
  { refresh = false }: { refresh?: boolean },
  context: OperationContext,
): Promise<GatewaySchemas> {
  const { version, edition } = gateway;
  const kept = refresh ? undefined : await quietly(cache.read(keyOf(target), gateway), context);
  const known = kept && isFresh(kept) ? kept : undefined;
  const asked = { kinds: new Set(known?.asked.kinds), plugins: new Set(known?.asked.plugins) };
  const open = {
    kinds: [...wanted.kinds].filter((kind) => !asked.kinds.has(kind)),
    // What the gateway does not have it has no schema of.
    plugins: [...wanted.plugins].filter((name) => !asked.plugins.has(name) && gateway.plugins.includes(name)),
  };
  const { entities, plugins, failed } = await schemas.schemas(target, open, context);
  const odd = Object.entries({ ...entities, ...plugins }).filter(([, raw]) => !isInProportion(raw));
  const bad = new Set([...failed.map(({ name }) => name), ...odd.map(([name]) => name)]);
  for (const [name] of odd) {
    delete entities[name];
    delete plugins[name];
  }
  for (const kind of open.kinds) if (!bad.has(kind)) asked.kinds.add(kind);
  for (const name of open.plugins) if (!bad.has(name)) asked.plugins.add(name);
  const now: KeptSchemas = {
    version,
    edition,
    plugins: [...gateway.plugins],
    asked: { kinds: [...asked.kinds], plugins: [...asked.plugins] },
    answers: {
      entities: { ...known?.answers.entities, ...entities },
      plugins: { ...known?.answers.plugins, ...plugins },
    },
    at: known?.at ?? new Date().toISOString(),
  };
  await quietly(cache.write(keyOf(target), now), context);
  const tooLarge = odd.map(([name]) => ({ name, reason: 'The schema that the gateway gives makes no sense.' }));
  return { ...now, missing: [...failed.map(({ name, error }) => ({ name, reason: error.reason })), ...tooLarge] };
}

/** What was last known of an environment's gateway; undefined when nothing was. */
export function lastSchemas(
  cache: SchemaCache,
  environment: Target['environment'],
  context: OperationContext,
): Promise<KeptSchemas | undefined> {
  return quietly(cache.lastOf(keyOf({ environment })), context);
}

/** Milliseconds. */
const day = 24 * 3_600_000;

function isFresh({ at }: KeptSchemas): boolean {
  const age = Date.now() - Date.parse(at);
  return age >= 0 && age < day;
}

/** Another address is another gateway; there may be a login in it, which is not to be written down. */
const keyOf = ({ environment: { id, adminUrl } }: Pick<Target, 'environment'>): string =>
  createHash('sha256').update(`${id} ${adminUrl}`).digest('hex');

/** A cache that can't be read or written costs a little time, no more. */
async function quietly<T>(job: Promise<T>, { log }: OperationContext): Promise<T | undefined> {
  try {
    return await job;
  } catch (error) {
    if (isKongBackupError(error, 'cancelled')) throw error;
    log.debug(`kept schemas: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Keeps nothing. */
export const noCache: SchemaCache = {
  read: () => Promise.resolve(undefined),
  lastOf: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
};
