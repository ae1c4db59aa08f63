import pLimit from 'p-limit';
import type { RawSchemas, WantedSchemas } from '../core/driver.js';
import { isKongBackupError, type KongBackupError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import { readSchema } from './adminApiKinds.js';

/** Failures after which asking on is a waste of a person's time. */
const ofWholeGateway: readonly string[] = ['gateway-unreachable', 'gateway-timeout', 'gateway-unauthorized'];

/** The gateway's own schemas. @throws KongBackupError `cancelled`. */
export async function readSchemas(
  client: GatewayClient,
  { kinds, plugins }: WantedSchemas,
  connections: number,
  signal: AbortSignal,
): Promise<RawSchemas> {
  const found: RawSchemas = { entities: {}, plugins: {}, failed: [] };
  const limit = pLimit(connections);
  let gone: KongBackupError | undefined;
  const read = async (path: string, name: string, into: Record<string, JsonObject>): Promise<void> => {
    try {
      if (gone) throw gone;
      const schema = await readSchema(client, `/schemas/${path}${encodeURIComponent(name)}`, signal);
      if (schema) into[name] = schema;
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      if (ofWholeGateway.includes(error.code)) gone = error;
      found.failed.push({ name, error });
    }
  };
  await Promise.all([
    ...[...new Set(kinds)].map((kind) => limit(() => read('', kind, found.entities))),
    ...[...new Set(plugins)].map((plugin) => limit(() => read('plugins/', plugin, found.plugins))),
  ]);
  return found;
}
