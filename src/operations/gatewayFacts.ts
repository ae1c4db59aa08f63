import type { OperationContext } from '../core/context.js';
import type { SchemaReader } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import type { Entity } from '../estate/entity.js';
import { schemasOf } from '../estate/schemasOf.js';
import type { SchemaFacts, SchemaSource } from '../schema/facts.js';
import { ownSchemas, withOwnSchemas } from '../schema/ownSchemas.js';

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
  const { failed, ...answers } = await schemas.schemas(target, schemasOf(entities), context);
  for (const { name, error } of failed) context.log.debug(`schema of ${name}: ${error.message}`);
  const { own, ignored } = ownSchemas(answers, known);
  for (const name of ignored) context.log.warn(`The gateway's schema of ${name} makes no sense and is not used.`);
  return withOwnSchemas(known, own);
}

/** A warning when a gateway is of a generation that nobody here has seen: no field of it can be judged for sure. */
export function unknownVersion(gateway: GatewayInfo, shipped: SchemaSource): { code: string; message: string }[] {
  const newest = shipped.versions.at(-1) ?? '0';
  if (Number.parseInt(gateway.version, 10) <= Number.parseInt(newest, 10)) return [];
  const message = `Kong ${gateway.version} is not known: what its own schemas don't say is taken from Kong ${newest}.`;
  return [{ code: 'version-unknown', message }];
}
