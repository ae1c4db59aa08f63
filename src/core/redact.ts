/** What stands in place of a secret. */
export const mask = '•••';

const secretHeader =
  /\b((?:proxy-)?authorization|kong-admin-token|x-api-key|apikey|cookie|set-cookie)(["']?\s*[:=]\s*["']?)(?:bearer |basic )?[^\s"',;]+/gi;
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** `token=…`, `--password=…`, `"secret": "…"`. A reference names a secret and is none. */
const secretAssignment =
  /\b([\w-]*(?:token|passw(?:or)?d|secret|api[_-]?key)(?:\s*=\s*|"\s*:\s*(?="))["']?)(?!\$\{|\{vault|[\s"'])[^\s"'&;,]+/gi;
/** With a digit in it, or long: `bearer token` is none. */
const bearer = /\b(bearer\s+)(?=[^\s"']*\d|[^\s"']{20})[\w.~+/=-]{4,}/gi;

/** Parts of an address's query that carry a login. */
const secretQuery = /([?&][^=&#\s]*(?:token|key|secret|password|signature|auth)[^=&#\s]*=)[^&#\s"']+/gi;

/** Addresses without who logs in there. */
export const withoutUserInfo = (text: string): string =>
  text.includes('://') ? text.replace(userInfo, `$1${mask}@`).replace(secretQuery, `$1${mask}`) : text;

/**
 * Text that is safe to log: every known secret, credentials in addresses and well-known headers are masked.
 * @param secrets exact values to hide, such as resolved tokens; values under 4 characters are ignored, they would mask words.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let safe = withoutUserInfo(text)
    .replace(secretHeader, `$1$2${mask}`)
    .replace(secretAssignment, `$1${mask}`)
    .replace(bearer, `$1${mask}`);
  for (const secret of secrets) if (secret.length >= 4) safe = safe.split(secret).join(mask);
  return safe;
}
