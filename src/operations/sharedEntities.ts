import type { OperationContext } from '../core/context.js';
import type { EntityReader } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { entityKind } from '../estate/kinds.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { WorkspaceSides } from './planWorkspaces.js';

/**
 * What belongs to the whole gateway, such as CA certificates, is seen from any workspace: where none of those that are planned is
 * there yet, it is read from another one, lest it be made a second time. Kinds that are not shown there are unknown.
 * @returns the same sides, the first with what was read. @throws KongBackupError `gateway-*`.
 */
export async function withShared(
  reader: EntityReader,
  sides: readonly WorkspaceSides[],
  { target, gateway, facts }: { target: Target; gateway: GatewayInfo; facts: SchemaFacts },
  context: OperationContext,
): Promise<readonly WorkspaceSides[]> {
  const [first, ...rest] = sides;
  const { workspaces: allowed = [] } = target.environment;
  const from = gateway.workspaces.find((each) => allowed.includes(each)) ?? gateway.workspaces[0];
  if (!first || from === undefined || sides.some(({ exists }) => exists)) return sides;
  const kinds = new Set(sides.flatMap(({ desired }) => desired.map(({ kind }) => kind)));
  const shared = new Set([...kinds].filter((kind) => entityKind(kind, facts).wholeGateway === true));
  if (shared.size === 0) return sides;
  const { entities, gaps } = await reader.read(target, from, {}, context);
  const unread = gaps.flatMap(({ kind }) => (kind !== undefined && shared.has(kind) ? [kind] : []));
  return [
    {
      ...first,
      live: [...first.live, ...entities.filter(({ kind }) => shared.has(kind))],
      unknownKinds: new Set([...first.unknownKinds, ...unread]),
    },
    ...rest,
  ];
}
