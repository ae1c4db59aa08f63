import { type Check, secret, text } from './fieldChecks.js';
import { isObject } from './json.js';

/** A whole address. @param example a sound one. */
export const httpAddress =
  (example = 'http://localhost:8000'): Check =>
  (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return `It must be an address such as ${example}.`;
    return /^https?:$/.test(new URL(value).protocol) ? undefined : 'It must begin with http:// or https://.';
  };

/** An address that paths are put behind. Whoever reads the file may read it: there is no password in it. */
export const baseAddress =
  (example: string): Check =>
  (value) => {
    const problem = httpAddress(example)(value);
    if (problem) return problem;
    const { username, password, search, hash } = new URL(value as string);
    if (username || password) return 'It holds a password: name it with ${env:NAME} in a header instead.';
    return search || hash ? 'It must end before the ? or #.' : undefined;
  };

const headerPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const secretHeader = /authorization|token|api-?key|cookie|secret|password/i;

/** Whether a header of this name is likely to hold what nobody else may read. */
export const isSecretHeader = (name: string): boolean => secretHeader.test(name);

export const headerName: Check = (value) =>
  typeof value === 'string' && headerPattern.test(value) ? undefined : 'It must be the name of an HTTP header.';

/** @param problemOf what is wrong with the value of a header. */
const headerMap =
  (problemOf: (name: string, content: unknown) => string | undefined): Check =>
  (value) => {
    if (!isObject(value)) return 'It must be a map of header names and values.';
    for (const [name, content] of Object.entries(value)) {
      if (headerName(name)) return `${JSON.stringify(name)} is not the name of an HTTP header.`;
      const problem = problemOf(name, content);
      if (problem) return problem;
    }
    return undefined;
  };

/** Headers that are sent: what is secret in them is named, not held. */
export const sentHeaders: Check = headerMap((name, content) => {
  if (text(content)) return `The value of ${name} must be a text.`;
  const problem = isSecretHeader(name) ? secret(content) : undefined;
  return problem && `${name}: ${problem}`;
});

/** Headers of an answer. */
export const answeredHeaders: Check = headerMap((name, content) =>
  typeof content === 'string' ? undefined : `The value of ${name} must be a text.`,
);
