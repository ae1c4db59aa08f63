import type { Change, WorkspacePlan } from '../core/change.js';
import { isPasswordHash, isSecretHash } from './passwordHash.js';

export interface CredentialWarning {
  code: 'password-hashed' | 'secret-hashed';
  message: string;
  workspace: string;
  kind: string;
  /** The entity's id on the gateway. */
  id: string;
  /** What a person calls it. */
  label: string;
}

/**
 * Credentials whose login a plan would break, because the Admin API takes what is a hash already for a password and hashes
 * it again. A credential that stays as it is loses nothing.
 */
export function credentialWarnings(plan: WorkspacePlan): CredentialWarning[] {
  return plan.changes.flatMap((change) => {
    const code = brokenBy(change);
    return code === undefined ? [] : [warning(change, code)];
  });
}

function brokenBy({ action, kind, after, fields }: Change): CredentialWarning['code'] | undefined {
  if (action === 'delete' || !after) return undefined;
  const written = (field: string): boolean =>
    action === 'create' || fields?.some(({ path }) => path === field) === true;
  if (kind === 'basicauth_credentials' && written('password') && isPasswordHash(after['password'])) {
    return 'password-hashed';
  }
  const secret = written('client_secret') || written('hash_secret');
  if (
    kind === 'oauth2_credentials' &&
    after['hash_secret'] === true &&
    secret &&
    isSecretHash(after['client_secret'])
  ) {
    return 'secret-hashed';
  }
  return undefined;
}

function warning({ workspace, kind, id, label }: Change, code: CredentialWarning['code']): CredentialWarning {
  const what = code === 'password-hashed' ? `The basic-auth password of ${label}` : `The oauth2 secret of ${label}`;
  const message = `${what} is kept as a hash. The Admin API would hash it once more: the login would stop working until the ${
    code === 'password-hashed' ? 'password' : 'secret'
  } is set again. A database backup brings it back whole.`;
  return { code, message, workspace, kind, id, label };
}
