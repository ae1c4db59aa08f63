import { ofString } from './format.js';

export interface ParsedUrl {
  scheme?: string;
  /** `name:password` */
  login?: string;
  host?: string;
  port?: string;
  path?: string;
  fragment?: string;
}

/** Takes a URL apart as Kong's library does: nothing is checked, what is missing is left out. */
export function parseUrl(url: string): ParsedUrl {
  const parsed: ParsedUrl = {};
  let rest = url;
  const take = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(0, match.index) + rest.slice(match.index + match[0].length);
    return match[1];
  };
  const fragment = take(/#(.*)$/s);
  if (fragment !== undefined) parsed.fragment = fragment;
  const scheme = take(/^([A-Za-z0-9][A-Za-z0-9+.-]*):/);
  if (scheme !== undefined) parsed.scheme = scheme;
  let authority = take(/^\/\/([^/?#]*)/);
  take(/\?(.*)/s);
  take(/;(.*)/s);
  if (rest !== '') parsed.path = rest;
  const login = authority === undefined ? undefined : /^([^@]*)@/.exec(authority)?.[1];
  if (login !== undefined) {
    parsed.login = login;
    authority = authority?.slice(login.length + 1);
  }
  const port = authority === undefined ? undefined : /:([^:\]]*)$/.exec(authority)?.[1];
  if (port !== undefined) {
    authority = authority?.slice(0, -(port.length + 1));
    if (port !== '') parsed.port = port;
  }
  if (authority) parsed.host = authority.replace(/^\[(.+)\]$/, '$1');
  return parsed;
}

export const url = ofString((value) => {
  const { host, scheme } = parseUrl(value);
  if (host === undefined) return 'missing host in url';
  return scheme === undefined ? 'missing scheme in url' : undefined;
});

/** Where an OAuth client is sent back to. */
export const redirectUri = ofString((value) => {
  const { host, scheme, fragment } = parseUrl(value);
  if (host === undefined || scheme === undefined) return `cannot parse '${value}'`;
  return fragment === undefined ? undefined : `fragment not allowed in '${value}'`;
});
