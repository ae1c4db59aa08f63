/** What stands in place of a secret. */
export const mask = '•••';

const secretHeader =
  /\b((?:proxy-)?authorization|kong-admin-token|x-api-key|apikey|cookie|set-cookie)(["']?\s*[:=]\s*["']?)(?:bearer |basic )?[^\s"',;]+/gi;
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/**
 * Text that is safe to log: every known secret, credentials in addresses and well-known headers are masked.
 * @param secrets exact values to hide, such as resolved tokens; values under 4 characters are ignored, they would mask words.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let safe = text.replace(userInfo, `$1${mask}@`).replace(secretHeader, `$1$2${mask}`);
  for (const secret of secrets) if (secret.length >= 4) safe = safe.split(secret).join(mask);
  return safe;
}
