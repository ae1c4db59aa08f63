import { randomBytes } from 'node:crypto';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';

/** A login by its address on the Admin API. */
export interface LoginAddress {
  workspace: string;
  kind: string;
  path?: string;
  /** That it is to have; one is made when absent. */
  secret?: string;
}

/** The field that a secret is sent in, by kind; the gateway hashes it. */
const bodies: Readonly<Record<string, (secret: string) => JsonObject>> = {
  basicauth_credentials: (password) => ({ password }),
  // Without the flag beside it a gateway would keep the secret as it is.
  oauth2_credentials: (secret) => ({ client_secret: secret, hash_secret: true }),
  rbac_users: (token) => ({ user_token: token }),
};

/** 192 bits, in letters that need no quoting anywhere. */
const newSecret = (): string => randomBytes(24).toString('base64url');

/**
 * Gives logins new secrets, one after the other. What a gateway refuses stands in the way of no other.
 * A cancel ends it after the one that is being written, and what was written until then is returned.
 * Nothing is thrown: what went wrong stands in `failed`.
 */
export async function writeNewSecrets<T extends LoginAddress>(
  target: Target,
  logins: readonly T[],
  { requestTimeout }: { requestTimeout: number },
  { signal: cancel }: OperationContext,
): Promise<{ written: { login: T; secret: string }[]; failed: { login: T; reason: string }[] }> {
  const client = createGatewayClient(target, { requestTimeout });
  const [written, failed]: [{ login: T; secret: string }[], { login: T; reason: string }[]] = [[], []];
  // Not cut off by a cancel: a secret that was written and not noted would be lost.
  const { signal } = new AbortController();
  for (const login of logins) {
    if (cancel.aborted) break;
    const { workspace, kind, path, secret = newSecret() } = login;
    const body = bodies[kind];
    if (!body || path === undefined) {
      failed.push({ login, reason: 'Its secret can not be set by the Admin API.' });
      continue;
    }
    try {
      const { status } = await client.request('PATCH', path, { workspace, body: body(secret), signal });
      if (status === 404) failed.push({ login, reason: 'The gateway does not have it.' });
      else written.push({ login, secret });
    } catch (error) {
      if (!isKongBackupError(error)) throw error;
      failed.push({ login, reason: error.reason });
    }
  }
  return { written, failed };
}
