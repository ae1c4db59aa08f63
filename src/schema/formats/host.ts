import { ofString } from './format.js';

/** What Kong's address reader makes of a text. */
interface Address {
  type: 'name' | 'ipv4' | 'ipv6';
  port?: number;
  /** `port` when only the port is wrong. */
  fault?: 'address' | 'port';
}

const maxPort = 65535;

function withPort(type: Address['type'], port: string | undefined): Address {
  if (port === undefined) return { type };
  return Number(port) > maxPort ? { type, fault: 'port' } : { type, port: Number(port) };
}

function ipv4(text: string): Address {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::(\d+))?$/.exec(text);
  if (!match || match.slice(1, 5).some((octet) => Number(octet) > 255)) return { type: 'ipv4', fault: 'address' };
  return withPort('ipv4', match[5]);
}

/** Eight groups, with one `::` standing for those left out. */
export function isIpv6(text: string): boolean {
  const parts = text.split('::');
  if (parts.length > 2) return false;
  const groups = parts.flatMap((part) => (part === '' ? [] : part.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return parts.length === 2 ? groups.length < 8 : groups.length === 8;
}

export function isIpv4(text: string): boolean {
  return ipv4(text).fault === undefined && !text.includes(':');
}

function ipv6(text: string): Address {
  const bracketed = /^\[([^\]]*)\](?::(\d*))?$/.exec(text);
  if (!bracketed) return isIpv6(text) ? { type: 'ipv6' } : { type: 'ipv6', fault: 'address' };
  if (!isIpv6(bracketed[1] ?? '')) return { type: 'ipv6', fault: 'address' };
  return bracketed[2] === '' ? { type: 'ipv6', fault: 'port' } : withPort('ipv6', bracketed[2]);
}

function hostname(text: string): Address {
  const port = /:(\d+)$/.exec(text)?.[1];
  const name = port === undefined ? text : text.slice(0, -(port.length + 1));
  if (port !== undefined && Number(port) > maxPort) return { type: 'name', fault: 'port' };
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return { type: 'name', fault: 'address' };
  const labels = name.split('.');
  // A dot at the end is fine, an empty label elsewhere is not.
  const bad = labels.some((label, index) => label.endsWith('-') || (label === '' && index !== labels.length - 1));
  return bad ? { type: 'name', fault: 'address' } : withPort('name', port);
}

/** Reads `host`, `host:port`, `1.2.3.4:80`, `[::1]:80`, `::1` the way Kong does. */
export function readAddress(text: string): Address {
  const withoutColons = text.replaceAll(':', '');
  if (text.length - withoutColons.length > 1) return ipv6(text);
  return /^[\d.]+$/.test(withoutColons) ? ipv4(text) : hostname(text);
}

const portFault = ({ fault, port }: Address): boolean => fault === 'port' || port !== undefined;

/** Kong's words for an address that cannot be read. */
const unreadable = ({ type, fault }: Address, text: string): string => {
  if (fault === 'port') return 'invalid port number';
  return `invalid ${type === 'name' ? 'hostname' : `${type} address`}: ${text}`;
};

export const host = ofString((value) => {
  const address = readAddress(value);
  if (address.fault === 'address') return `invalid value: ${value}`;
  return portFault(address) ? 'must not have a port' : undefined;
});

export const hostWithOptionalPort = ofString((value) => {
  const address = readAddress(value);
  return address.fault === undefined ? undefined : unreadable(address, value);
});

/** A route's host: one label at either end may be a wildcard. */
export const hostWithWildcards = ofString((value, context) =>
  hostWithOptionalPort(value.replaceAll('*', 'abc'), context),
);

const noAddressName = (value: string): string | undefined => {
  const address = readAddress(value);
  if (address.fault === 'address') return `invalid value: ${value}`;
  if (address.type !== 'name') return 'must not be an IP';
  return portFault(address) ? 'must not have a port' : undefined;
};

export const sni = ofString(noAddressName);

/** The name of an SNI object: a wildcard may stand at either end. */
export const wildcardHost = ofString((value) => {
  const at = value.indexOf('*');
  if (at < 0) return noAddressName(value);
  if (at !== 0 && at !== value.length - 1) return 'wildcard must be leftmost or rightmost character';
  const name = value.replaceAll('*', 'wildcard');
  if (value.indexOf('*', at + 1) >= 0) return 'only one wildcard must be specified';
  return noAddressName(name);
});

export const upstreamName = ofString((value) => {
  const address = readAddress(value);
  if (address.fault !== undefined) return `Invalid name ('${value}'); must be a valid hostname`;
  if (address.type !== 'name') return `Invalid name ('${value}'); no ip addresses allowed`;
  return address.port === undefined ? undefined : `Invalid name ('${value}'); no port allowed`;
});

/** The Admin API looks at a target by another road than a file does, and leaves its text out of the answer. */
export const target = ofString((value, { as }) => {
  if (readAddress(value).fault === undefined) return undefined;
  const named = as === 'admin' ? '' : ` ('${value}')`;
  return `Invalid target${named}; not a valid hostname or ip address`;
});

/** @returns the address with the port a target gets when it names none. */
export function targetWithPort(value: string): string {
  const address = readAddress(value);
  if (address.fault !== undefined || address.port !== undefined) return value;
  const plain = address.type === 'ipv6' && !value.startsWith('[') ? `[${value}]` : value;
  return `${plain}:8000`;
}

const isCidr = (value: string, isAddress: (text: string) => boolean, bits: number): boolean => {
  const [address = '', length, ...rest] = value.split('/');
  if (rest.length || !isAddress(address)) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
};

const isIpOrCidr = (value: string): boolean => isCidr(value, isIpv4, 32) || isCidr(value, isIpv6, 128);

export const ip = ofString((value) => (isIpv4(value) || isIpv6(value) ? undefined : `not an ip address: ${value}`));

export const ipOrCidr = ofString((value) => (isIpOrCidr(value) ? undefined : `invalid ip or cidr range: '${value}'`));
