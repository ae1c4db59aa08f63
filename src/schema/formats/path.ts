import { pcreFault } from './pcre.js';
import { ofString } from './format.js';

const outsideRfc3986 = (path: string): string =>
  `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`;

const allowedInPath = /^\/[A-Za-z0-9.\-_~/%:@!$&'()*+,;=]*$/;

/** What stands where a percent-encoded byte should; undefined when all are well formed. */
function badEncoding(path: string): string | undefined {
  const without = path.replace(/%[0-9A-Fa-f]{2}/g, '___');
  const bad = /%.?.?/s.exec(without)?.[0];
  return bad === undefined ? undefined : `invalid url-encoded value: '${bad}'`;
}

/** A path that Kong sends: a service's, a health check's. */
export const path = ofString((value) => (allowedInPath.test(value) ? badEncoding(value) : outsideRfc3986(value)));

/** Characters that keep their percent-encoding in a normal form. */
const reserved = new Set([..."!*'();:@&=+$,/?%#[]"].map((character) => character.charCodeAt(0)));

/** Bytes that are no whole UTF-8 sequence stay what they are, one character each. */
function bytesToText(bytes: number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    return String.fromCharCode(...bytes);
  }
}

function decoded(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const parts = run.slice(1).split('%');
    let text = '';
    let bytes: number[] = [];
    for (const part of parts) {
      const byte = parseInt(part, 16);
      if (!reserved.has(byte)) {
        bytes.push(byte);
        continue;
      }
      text += `${bytesToText(bytes)}%${part.toUpperCase()}`;
      bytes = [];
    }
    return text + bytesToText(bytes);
  });
}

/** Without `.`, `..` and empty segments. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment === '.' || segment === '..') {
      if (last) kept.push('');
    } else if (segment !== '' || last) {
      kept.push(segment);
    }
  });
  return `/${kept.join('/')}`;
}

/** The one way to write a path that a route compares with: percent-encoding only where needed, no dot segments. */
export function normalPath(path: string): string {
  if (path === '' || path === '/') return path;
  const text = decoded(path);
  return text.includes('/.') || text.includes('//') ? withoutDots(text) : text;
}

/** A route's path: a prefix in normal form, or `~` and a regular expression. */
export const routePath = ofString((value) => {
  const encoding = allowedInPath.test(value) ? badEncoding(value) : undefined;
  if (encoding !== undefined) return encoding;
  if (!value.startsWith('~')) {
    const normal = normalPath(value);
    return normal === value ? undefined : `non-normalized path, consider use '${normal}' instead`;
  }
  const regex = value.slice(1);
  const fault = pcreFault(regex);
  return fault === undefined ? undefined : `invalid regex: '${regex}' (PCRE returned: ${fault})`;
});

/** Before 3.0 a path with characters beyond RFC 3986 was a regular expression. */
export const legacyRoutePath = ofString((value) => {
  if (/^\/[A-Za-z0-9.\-_~/%]*$/.test(value)) return badEncoding(value);
  const fault = pcreFault(value);
  return fault === undefined ? undefined : `invalid regex: '${value}' (PCRE returned: ${fault})`;
});

/** What a regular expression has to escape, once it is no longer percent-encoded. */
const metacharacters = new Set('.^-{}\\|');

/** A path of a file in a format before 3.0, as Kong 3 takes it: in normal form, or marked as the regular expression that it was. */
export function migratedPath(path: string): string {
  if (/^[A-Za-z0-9.\-_~/%]*$/.test(path)) return normalPath(path);
  const regex = path.replace(/%[0-9A-Fa-f]{2}/g, (triplet) => {
    const byte = parseInt(triplet.slice(1), 16);
    if (reserved.has(byte)) return triplet.toUpperCase();
    const character = String.fromCharCode(byte);
    return metacharacters.has(character) ? `\\${character}` : character;
  });
  return `~${regex}`;
}
