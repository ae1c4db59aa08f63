import { isObject, type Json, type JsonObject } from '../core/json.js';
import { decodeArguments } from './formArguments.js';
import { htmlPage, message, refuse, unexpected } from './reply.js';

export type RequestBody =
  | { type: 'none' }
  | { type: 'json'; value: Json }
  | { type: 'form'; value: JsonObject }
  | { type: 'yaml'; text: string };

const startsWith = (type: string | undefined, ...starts: string[]): boolean =>
  starts.some((start) => type?.toLowerCase().startsWith(start) === true);

/** @throws ReplyError 415 for a body of a type that Kong doesn't read. */
export function checkContentType(type: string | undefined, bytes: Buffer, takesYaml: boolean): void {
  if (type === undefined && bytes.length === 0) return;
  if (startsWith(type, 'application/json', 'multipart/form-data', 'application/x-www-form-urlencoded')) return;
  if (takesYaml && startsWith(type, 'text/yaml', 'application/yaml')) return;
  refuse(htmlPage(415, 'Unsupported Media Type'));
}

/** @throws ReplyError 400 for JSON that can't be read. */
export function readBody(type: string | undefined, bytes: Buffer): RequestBody {
  const text = bytes.toString('utf8');
  if (startsWith(type, 'application/json')) return { type: 'json', value: parseJson(text) };
  if (startsWith(type, 'text/yaml', 'application/yaml')) return { type: 'yaml', text };
  if (startsWith(type, 'multipart/form-data')) {
    return { type: 'form', value: decodeArguments(multipartFields(type ?? '', text)) };
  }
  if (startsWith(type, 'application/x-www-form-urlencoded')) {
    return { type: 'form', value: decodeArguments([...new URLSearchParams(text)]) };
  }
  return { type: 'none' };
}

/** The body as fields of an entity. A list is a table to Lua, and an empty one an empty record. */
export function bodyFields(body: RequestBody): JsonObject {
  if (body.type === 'form') return body.value;
  if (body.type !== 'json') return {};
  if (isObject(body.value)) return body.value;
  if (Array.isArray(body.value)) return Object.fromEntries(body.value.map((item, index) => [String(index + 1), item]));
  refuse(unexpected());
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    refuse(message(400, 'Cannot parse JSON body'));
  }
}

function multipartFields(type: string, text: string): [string, string][] {
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) return [];
  return text
    .split(`--${boundary}`)
    .slice(1)
    .flatMap((part): [string, string][] => {
      const split = /\r?\n\r?\n/.exec(part);
      const name = /content-disposition:[^\n]*[;\s]name="([^"]*)"/i.exec(part)?.[1];
      if (!split || name === undefined) return [];
      return [[name, part.slice(split.index + split[0].length).replace(/\r?\n$/, '')]];
    });
}
