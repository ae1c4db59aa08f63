import type { Change, WorkspacePlan } from '../core/change.js';
import { listed } from '../core/listed.js';
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

/** So many are named; of the others there is the number. */
const mostNamed = 20;

/** The same, one for all logins of a kind. */
export function groupedCredentialWarnings(
  plan: WorkspacePlan,
): Pick<CredentialWarning, 'code' | 'message' | 'workspace' | 'kind'>[] {
  const all = credentialWarnings(plan);
  return (['password-hashed', 'secret-hashed'] as const).flatMap((code) => {
    const [first, ...others] = all.filter((each) => each.code === code);
    if (!first) return [];
    const { workspace, kind } = first;
    const message = others.length === 0 ? first.message : textOfMany(code, [first, ...others]);
    return [{ code, message, workspace, kind }];
  });
}

function textOfMany(code: CredentialWarning['code'], all: readonly CredentialWarning[]): string {
  const [of, what] = code === 'password-hashed' ? ['basic-auth', 'passwords'] : ['oauth2', 'secrets'];
  const labels = all.map(({ label }) => label);
  return `The ${of} ${what} of ${listed(labels, mostNamed)} are kept as hashes. The Admin API would hash them once more: these logins would stop working until their ${what} are set again. A database backup brings them back whole.`;
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
