import type { Json } from '../core/json.js';

const envTemplate = /\$\{\{-?\s{0,9}env\s{1,9}["'`][^"'`]{0,500}["'`][^}]{0,500}\}\}/;
const vaultReference = /^\{vault:\/\/[^}]+\}$/;

/** Text that decK fills in from the environment: `${{ env "DECK_HOST" }}`. */
export function isEnvTemplate(value: Json | undefined): value is string {
  return typeof value === 'string' && envTemplate.test(value);
}

/** Text that Kong fills in from a vault: `{vault://env/secret}`. */
export function isVaultReference(value: Json | undefined): value is string {
  return typeof value === 'string' && vaultReference.test(value);
}

const quotedTemplate = /^([^\n]*?"[^"\n]*\$\{\{[^"}\n]{0,200})"([^"}\n]{0,200})"/gm;

/**
 * A text of the same length in which the quotes of templates inside of double quotes are others, which mean the same to decK:
 * `"${{ env "DECK_HOST" }}"`.
 */
export function withoutQuotesInTemplates(text: string): string {
  if (!text.includes('${{')) return text;
  let masked = text;
  // One of each line at a time.
  for (let round = 0; round < mostInLine && quotedTemplate.test(masked); round++) {
    masked = masked.replace(quotedTemplate, '$1`$2`');
  }
  return masked;
}

const mostInLine = 20;
