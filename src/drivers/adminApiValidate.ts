import pLimit from 'p-limit';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError } from '../core/errors.js';
import type { Entity } from '../estate/entity.js';
import { labelOfEntity } from '../estate/label.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';

/**
 * Asks the gateway of each entity whether its schema takes it. Whether references lead anywhere is not among what it checks.
 * @returns what is wrong; empty when nothing is. @throws KongBackupError `gateway-*`, `cancelled`.
 */
export async function validateEntities(
  client: GatewayClient,
  entities: readonly Entity[],
  connections: number,
  context: OperationContext,
): Promise<string[]> {
  const limit = pLimit(connections);
  let done = 0;
  const answers = await Promise.all(
    entities.map((entity) =>
      limit(async () => {
        const problem = await problemOf(client, entity, context.signal);
        context.report({ step: 'validate', subject: entity.kind, done: ++done, total: entities.length });
        return problem;
      }),
    ),
  );
  return answers.filter((problem) => problem !== undefined);
}

async function problemOf(client: GatewayClient, entity: Entity, signal: AbortSignal): Promise<string | undefined> {
  const { kind, fields } = entity;
  const { ttl, ...rest } = fields;
  const name = `${kind} ${labelOfEntity(entity, () => undefined)}`;
  try {
    const body = ttl === undefined || ttl === null ? rest : fields;
    const { status } = await client.request('POST', `/schemas/${encodeURIComponent(kind)}/validate`, { body, signal });
    return status === 404 ? `${name}: the gateway has no such kind.` : undefined;
  } catch (error) {
    if (isKongBackupError(error, 'gateway-rejected')) return `${name}: ${error.reason}`;
    throw error;
  }
}
