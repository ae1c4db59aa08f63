import type { OperationContext } from '../core/context.js';
import type { Environment, Target } from '../core/environment.js';
import { redactedContext, redactedError } from '../core/redactedContext.js';
import { type ResolvedTarget, resolveTarget } from './resolveTarget.js';

export interface TargetsOptions {
  /** What relative paths in environments start from. */
  baseFolder: string;
  /** Environment variables. */
  variables: Readonly<Record<string, string | undefined>>;
  /** The token that the shell keeps for an environment. */
  storedToken(environment: Environment): Promise<string | undefined>;
}

/** Environments with their secrets filled in, for as long as a job runs. */
export interface Targets {
  /** @param token tried instead of the environment's own. @throws KongBackupError `secret-missing`, `file-unreadable`. */
  resolve(environment: Environment, token?: string): Promise<ResolvedTarget>;
  /** Runs a job and keeps these secrets out of what it logs and throws. */
  guard<T>(
    secrets: readonly string[],
    context: OperationContext,
    job: (context: OperationContext) => Promise<T>,
  ): Promise<T>;
  /** Both in one. */
  run<T>(
    environment: Environment,
    context: OperationContext,
    job: (target: Target, context: OperationContext) => Promise<T>,
    token?: string,
  ): Promise<T>;
}

export function createTargets({ baseFolder, variables, storedToken }: TargetsOptions): Targets {
  const resolve: Targets['resolve'] = async (environment, token) => {
    const places = { baseFolder, variables };
    if (token !== undefined) {
      const { token: _own, ...without } = environment;
      return resolveTarget(without, { ...places, token });
    }
    const stored = environment.token === undefined ? await storedToken(environment) : undefined;
    return resolveTarget(environment, { ...places, ...(stored !== undefined && { token: stored }) });
  };
  const guard: Targets['guard'] = async (secrets, context, job) => {
    try {
      return await job(redactedContext(context, secrets));
    } catch (error) {
      throw redactedError(error, secrets);
    }
  };
  return {
    resolve,
    guard,
    async run(environment, context, job, token) {
      const { target, secrets } = await resolve(environment, token);
      return guard(secrets, context, (guarded) => job(target, guarded));
    },
  };
}

/** For calls that look at a tool and contact no gateway. */
export const noTarget: Target = {
  environment: { id: '', name: 'this machine', adminUrl: 'http://localhost:8001', mode: 'traditional' },
  headers: {},
};
