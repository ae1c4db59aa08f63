import {
  CORE_SCHEMA,
  defineScalarTag,
  intYaml11Tag,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  YAMLException,
} from 'js-yaml';
import { isObject, type Json, type JsonObject } from '../core/json.js';

/** YAML 1.1 also means `y` and `n` by this; Kong's parser does not. */
const boolTag = defineScalarTag('tag:yaml.org,2002:bool', {
  implicit: true,
  resolve(source) {
    if (/^(?:true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(source)) return true;
    return /^(?:false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(source) ? false : NOT_RESOLVED;
  },
  identify: () => false,
});

/** `1e2` is a number to Kong, which YAML 1.1 only says of `1.0e+2`. */
const floatTag = defineScalarTag('tag:yaml.org,2002:float', {
  implicit: true,
  resolve(source) {
    const special = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(source);
    if (special) return special[1] === '-' ? -Infinity : Infinity;
    if (/^\.(?:nan|NaN|NAN)$/.test(source)) return Number.NaN;
    const isFloat = /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*|\d[\d_]*(?=[eE]))(?:[eE][-+]?\d+)?$/.test(source);
    return isFloat ? Number(source.replaceAll('_', '')) : NOT_RESOLVED;
  },
  identify: () => false,
});

/** YAML 1.1, with dates as text: what Kong's own parser makes of it. */
const schema = CORE_SCHEMA.withTags(mergeTag, boolTag, intYaml11Tag, floatTag, nullYaml11Tag);

/** What libyaml says where our parser has other words for it. */
const words: readonly [RegExp, string][] = [
  [/tab characters|character that cannot start/, 'found character that cannot start any token'],
  [/within a double quoted|within a single quoted|deficient indentation/, 'found unexpected end of stream'],
  [/unidentified alias/, 'invalid reference'],
  [/bad indentation of a sequence/, "did not find expected '-' indicator"],
  [/bad indentation|mapping|missed comma/, 'did not find expected key'],
];

export type ParsedFile = { file: JsonObject | Json[] } | { failure: string };

/** A declarative file from JSON or YAML, the first document only. */
export function parseDeclarative(text: string): ParsedFile {
  let value: unknown;
  try {
    value = parseJson(text) ?? parseYaml(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { failure: inLibyamlWords(error, text) };
  }
  // A file that is just null is an empty one; one without any document is not.
  if (value === null) return { file: {} };
  return isObject(value) || Array.isArray(value)
    ? { file: value as JsonObject | Json[] }
    : { failure: 'expected an object' };
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseYaml(text: string): unknown {
  return loadAll(text.replace(/^\uFEFF/, ''), { schema, json: true })[0];
}

function inLibyamlWords({ reason, mark }: YAMLException, text: string): string {
  const { line = 0, column = 0 } = mark ?? {};
  if (/^tab|cannot start/.test(reason)) return `${line}:${column + 1}: ${words[0]?.[1]}`;
  const open = openBracket(text);
  if (/flow collection|deficient/.test(reason) && open !== undefined)
    return `${endOf(text)}: ${unfinished(text, open)}`;
  const alias = /unidentified alias "(.*)"/.exec(reason)?.[1];
  const told = words.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
  return `${line + 1}:${column}: ${told}${alias === undefined ? '' : `: ${alias}`}`;
}

function endOf(text: string): string {
  const lines = text.trimEnd().split('\n');
  return `${lines.length}:${lines.at(-1)?.length ?? 0}`;
}

/** The innermost bracket that is never closed. */
function openBracket(text: string): string | undefined {
  const open: string[] = [];
  for (const [one] of text.matchAll(/[[\]{}]/g)) {
    if (one === '[' || one === '{') open.push(one);
    else open.pop();
  }
  return open.at(-1);
}

function unfinished(text: string, open: string): string {
  if (/[[{,]\s*$/.test(text)) return 'did not find expected node content';
  return `did not find expected ',' or '${open === '{' ? '}' : ']'}'`;
}
