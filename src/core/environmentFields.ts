import { engines, environmentColors, modes } from './environment.js';
import { isObject } from './json.js';
import { isSecretByReference } from './secretReference.js';

/** What is wrong with a value, in a sentence; undefined when nothing is. */
type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'It must be a text.');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'It must be true or false.');
const texts: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => text(each) === undefined)
    ? undefined
    : 'It must be a list of texts that is not empty.';
const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value as string) ? undefined : `It must be one of ${allowed.join(', ')}.`;

const adminUrl: Check = (value) => {
  if (typeof value !== 'string' || !URL.canParse(value)) return 'It must be an address such as http://localhost:8001.';
  const { protocol, username, password, search, hash } = new URL(value);
  if (protocol !== 'http:' && protocol !== 'https:') return 'It must begin with http:// or https://.';
  if (username || password) return 'It holds a password: name it with ${env:NAME} in a header instead.';
  return search || hash ? 'It must end before the ? or #.' : undefined;
};

const token: Check = (value) =>
  typeof value === 'string' && isSecretByReference(value)
    ? undefined
    : 'A secret does not belong in this file: write ${env:NAME} or ${file:path}, or leave it out and store the token in the editor.';

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const secretHeader = /authorization|token|api-?key|cookie|secret|password/i;

const header: Check = (value) =>
  typeof value === 'string' && headerName.test(value) ? undefined : 'It must be the name of an HTTP header.';

const headers: Check = (value) => {
  if (!isObject(value)) return 'It must be a map of header names and values.';
  for (const [name, content] of Object.entries(value)) {
    if (header(name)) return `${JSON.stringify(name)} is not the name of an HTTP header.`;
    if (text(content)) return `The value of ${name} must be a text.`;
    if (secretHeader.test(name) && token(content)) return `${name}: ${token(content)}`;
  }
  return undefined;
};

const tlsFields: Record<string, Check> = {
  caFile: text,
  certFile: text,
  keyFile: text,
  serverName: text,
  skipVerify: flag,
};

const tls: Check = (value) => {
  if (!isObject(value)) return `It must be a map of ${Object.keys(tlsFields).join(', ')}.`;
  for (const [name, content] of Object.entries(value)) {
    const problem = Object.hasOwn(tlsFields, name) ? tlsFields[name]?.(content) : 'There is no such setting.';
    if (problem) return `${name}: ${problem}`;
  }
  return undefined;
};

/** Every field that an entry of `kong-environments.yaml` may have, in the order in which we write them. */
export const environmentFields: Readonly<Record<string, Check>> = {
  id: text,
  name: text,
  adminUrl,
  mode: oneOf(modes),
  workspaces: texts,
  engine: oneOf(engines),
  token,
  tokenHeader: header,
  headers,
  tls,
  selectTags: texts,
  gatewayVersion: text,
  protected: flag,
  readOnly: flag,
  scratch: flag,
  group: text,
  color: oneOf(environmentColors),
};

/** Fields whose value is a text even where YAML reads a number: `gatewayVersion: 3.10` is not 3.1. */
export const textFields: ReadonlySet<string> = new Set([
  'id',
  'name',
  'gatewayVersion',
  'group',
  'workspaces',
  'selectTags',
]);
