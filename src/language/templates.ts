import type { Json } from '../core/json.js';

const envTemplate = /\$\{\{\s{0,9}env\s{1,9}["'][^"']{0,500}["'][^}]{0,500}\}\}/;
const vaultReference = /^\{vault:\/\/[^}]+\}$/;

/** Text that decK fills in from the environment: `${{ env "DECK_HOST" }}`. */
export function isEnvTemplate(value: Json | undefined): value is string {
  return typeof value === 'string' && envTemplate.test(value);
}

/** Text that Kong fills in from a vault: `{vault://env/secret}`. */
export function isVaultReference(value: Json | undefined): value is string {
  return typeof value === 'string' && vaultReference.test(value);
}
