import type { JsonObject } from '../core/json.js';
import type { Dialect } from './dialect.js';
import { invalidOffset, invalidOption, invalidSize } from './adminErrors.js';
import { refuse, unexpected } from './reply.js';

/** Arguments of an address; one given twice is a list. */
export type Query = Record<string, string | string[]>;

export interface TagFilter {
  tags: string[];
  /** All of them, or any. */
  every: boolean;
}

export interface PageRequest {
  size: number;
  offset?: string;
  tags?: TagFilter;
}

export interface Page {
  data: JsonObject[];
  /** Where the next page begins. */
  offset?: string;
}

const allOf = /^([ -+\-.0-~\x80-\uffff]+(?:,|$))+$/;
const anyOf = /^([ -+\-.0-~\x80-\uffff]+(?:\/|$))+$/;
const mostTags = 5;

/**
 * What a request asks of a list.
 * @throws ReplyError 400 with code 9 or 11.
 */
export function pageRequest(query: Query, hasTags: boolean, dialect: Dialect): PageRequest {
  const size = pageSize(query['size']);
  const tags = hasTags ? tagFilter(query['tags'], dialect) : undefined;
  const offset = query['offset'];
  return {
    size,
    ...(tags && { tags }),
    ...(offset !== undefined && { offset: Array.isArray(offset) ? (offset[0] ?? '') : offset }),
  };
}

function pageSize(given: string | string[] | undefined): number {
  if (given === undefined) return 100;
  if (Array.isArray(given)) refuse(unexpected());
  const size = given.trim() === '' ? Number.NaN : Number(given);
  if (Number.isNaN(size)) invalidSize('size must be a number');
  if (!Number.isInteger(size) || size < 1 || size > 1000) invalidSize('size must be an integer between 1 and 1000');
  return size;
}

function tagFilter(given: string | string[] | undefined, { refusesNoTags }: Dialect): TagFilter | undefined {
  if (given === undefined) return undefined;
  const text = Array.isArray(given) ? (given[0] ?? '') : given;
  if (text === '' && !refusesNoTags) refuse(unexpected());
  if (text === '') invalidOption('tags', 'cannot be null');
  const every = allOf.test(text);
  if (!every && !anyOf.test(text)) invalidOption('tags', 'invalid filter syntax');
  const tags = text.split(every ? ',' : '/');
  if (tags.length > mostTags) invalidOption('tags', `cannot query more than ${mostTags} tags`);
  return { tags, every };
}

export function hasTags(fields: JsonObject, { tags, every }: TagFilter): boolean {
  const own = fields['tags'];
  if (!Array.isArray(own)) return false;
  return every ? tags.every((tag) => own.includes(tag)) : tags.some((tag) => own.includes(tag));
}

/** The token for "after this": base64 of a JSON list, as PostgreSQL-backed Kong makes it. */
export function encodeOffset(after: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(after)).toString('base64url');
}

/** @throws ReplyError 400 with code 7. */
export function decodeOffset(offset: string): unknown[] {
  if (/[^\w\-=]/.test(offset)) invalidOffset(offset, 'bad base64 encoding');
  try {
    const value: unknown = JSON.parse(Buffer.from(offset, 'base64url').toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch {
    // Said below, in Kong's words.
  }
  invalidOffset(offset, 'bad json encoding');
}

/** The address of the next page, or null. */
export function nextPage(path: string, query: Query, offset: string | undefined, dialect: Dialect): string | null {
  if (offset === undefined) return null;
  const first = (name: string): string => {
    const value = query[name];
    return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
  };
  let next = `${path}?offset=${encodeURIComponent(offset)}`;
  if (query['tags'] !== undefined) next += `&tags=${encodeURIComponent(first('tags'))}`;
  if (query['size'] !== undefined && dialect.nextKeepsSize) next += `&size=${first('size')}`;
  return next;
}
