import type { WorkspacePlan } from '../core/change.js';

export interface CredentialWarning {
  code: 'password-hashed' | 'secret-hashed';
  message: string;
  workspace: string;
  kind: string;
  id: string;
}

/** Credentials whose login would break, because the Admin API hashes again what is a hash already. */
export function credentialWarnings(_plan: WorkspacePlan): CredentialWarning[] {
  return [];
}
