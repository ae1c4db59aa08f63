import type { OperationContext } from '../core/context.js';
import type { SchemaReader } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { Entity } from '../estate/entity.js';
import type { SchemaFacts, SchemaSource } from '../schema/facts.js';
import { entityFactsFromKong, pluginFactsFromKong } from '../schema/fromKong.js';

/** Where facts come from: shipped ones, and a gateway's own. */
export interface FactsSources {
  shipped: SchemaSource;
  schemas: SchemaReader;
}

/**
 * Facts for the kinds and plugins that these entities use: what the gateway itself says, custom plugins included, over what
 * is shipped for its version. A schema that the gateway doesn't give is taken from the shipped facts, if they have it.
 */
export async function gatewayFacts(
  { shipped, schemas }: FactsSources,
  target: Target,
  gateway: GatewayInfo,
  entities: Iterable<Entity>,
  context: OperationContext,
): Promise<SchemaFacts> {
  const known = await shipped.facts(gateway.version);
  const [kinds, plugins] = [new Set<string>(), new Set<string>()];
  for (const { kind, fields } of entities) {
    kinds.add(kind);
    if (kind === 'plugins' && typeof fields.name === 'string') plugins.add(fields.name);
  }
  const own = { entities: { ...known.entities }, plugins: { ...known.plugins } };
  const ask = async (name: string, schema: Promise<JsonObject | undefined>): Promise<JsonObject | undefined> => {
    try {
      return await schema;
    } catch (error) {
      if (isKongBackupError(error, 'cancelled')) throw error;
      context.log.debug(`schema of ${name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  await Promise.all([
    ...[...kinds].map(async (kind) => {
      const raw = await ask(kind, schemas.entitySchema(target, kind, context));
      if (raw) own.entities[kind] = { ...known.entities[kind], ...entityFactsFromKong(raw) };
    }),
    ...[...plugins].map(async (plugin) => {
      const raw = await ask(plugin, schemas.pluginSchema(target, plugin, context));
      if (raw) own.plugins[plugin] = pluginFactsFromKong(raw);
    }),
  ]);
  return { ...known, ...own };
}

/** A warning when a gateway is of a generation that nobody here has seen: no field of it can be judged for sure. */
export function unknownVersion(gateway: GatewayInfo, shipped: SchemaSource): { code: string; message: string }[] {
  const newest = shipped.versions.at(-1) ?? '0';
  if (Number.parseInt(gateway.version, 10) <= Number.parseInt(newest, 10)) return [];
  const message = `Kong ${gateway.version} is not known: what its own schemas don't say is taken from Kong ${newest}.`;
  return [{ code: 'version-unknown', message }];
}
