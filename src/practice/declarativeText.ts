import {
  CORE_SCHEMA,
  defineScalarTag,
  floatYaml11Tag,
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

/** YAML 1.1, with dates as text: what Kong's own parser makes of it. */
const schema = CORE_SCHEMA.withTags(mergeTag, boolTag, intYaml11Tag, floatYaml11Tag, nullYaml11Tag);

/** What libyaml says where our parser has other words for it. */
const words: readonly [RegExp, string][] = [
  [/tab characters|character that cannot start/, 'found character that cannot start any token'],
  [/within a double quoted|within a single quoted/, 'found unexpected end of stream'],
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
  // A file that is just null is an empty one.
  if (value === null || value === undefined) return { file: {} };
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
  const place = `${line + 1}:${column}`;
  if (/flow collection/.test(reason)) return `${place}: ${unfinished(text)}`;
  return `${place}: ${words.find(([pattern]) => pattern.test(reason))?.[1] ?? reason}`;
}

function unfinished(text: string): string {
  const open = Math.max(text.lastIndexOf('['), text.lastIndexOf('{'));
  if (/[[{,]\s*$/.test(text)) return 'did not find expected node content';
  return text[open] === '{' ? "did not find expected ',' or '}'" : "did not find expected ',' or ']'";
}
