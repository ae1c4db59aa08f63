import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import type { Command } from '../core/environmentSections.js';
import { KongBackupError } from '../core/errors.js';
import { isReady, waitUntil } from '../gateway/declarativeConfig.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';
import { type DeclarativeFileOptions, readyTimeOf } from './kongConfigOptions.js';

/** What makes a gateway read its configuration anew: its own command, else `kong reload`. */
export function restartCommand({ environment: { kong = {} } }: Target, command: Command): Command {
  if (kong.restart) return kong.restart;
  const conf = kong.conf === undefined ? [] : ['--conf', kong.conf];
  const prefix = kong.prefix === undefined ? [] : ['--prefix', kong.prefix];
  return [...command, 'reload', ...conf, ...prefix];
}

/** @throws KongBackupError `step-failed` when it is not ready in time; `cancelled`. */
export async function awaitReady(
  options: DeclarativeFileOptions,
  target: Target,
  context: OperationContext,
): Promise<void> {
  const { name } = target.environment;
  const client = createGatewayClient(target, { requestTimeout: options.requestTimeout });
  context.report({ step: 'verify', subject: name });
  const limit = readyTimeOf(options);
  const look = async (): Promise<true | undefined> => ((await isReady(client, context.signal)) ? true : undefined);
  if (await waitUntil(look, name, { limit, signal: context.signal })) return;
  throw new KongBackupError('step-failed', {
    place: name,
    reason: `The gateway was not ready within ${limit / 1000} s after it was restarted.`,
    remedy: "Look into the gateway's error log.",
  });
}
