import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { GatewayProbe } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';

export async function probeGateway(
  probe: GatewayProbe,
  target: Target,
  context: OperationContext,
): Promise<GatewayInfo> {
  throwIfCancelled(context.signal, target.environment.name);
  context.report({ step: 'probe', subject: target.environment.name });
  return probe.probe(target, context);
}

/** A gap when nobody knows what other workspaces there are, and nobody said which ones are meant. */
export function unlistedWorkspaces(gateway: GatewayInfo, named: readonly string[] | undefined): Gap[] {
  if (gateway.workspacesKnown || named) return [];
  return [
    {
      part: 'entities',
      reason: `The gateway does not list its workspaces to this token: only ${gateway.workspaces.join(', ')} was read.`,
      remedy: 'Give the token the right to list workspaces, or name the workspaces in the environments file.',
    },
  ];
}
