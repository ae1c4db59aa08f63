import type { Json } from '../core/json.js';

const envTemplate = /\$\{\{\s*env\s+["'][^"']*["'][^}]*\}\}/;
const vaultReference = /^\{vault:\/\/[^}]+\}$/;

/** Text that decK fills in from the environment: `${{ env "DECK_HOST" }}`. */
export function isEnvTemplate(value: Json | undefined): value is string {
  return typeof value === 'string' && envTemplate.test(value);
}

/** Text that Kong fills in from a vault: `{vault://env/secret}`. */
export function isVaultReference(value: Json | undefined): value is string {
  return typeof value === 'string' && vaultReference.test(value);
}
