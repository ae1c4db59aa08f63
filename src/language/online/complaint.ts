import type { Json } from '../../core/json.js';
import { isObject } from '../../core/json.js';
import type { Path } from '../../schema/problem.js';
import { labelOf } from '../model.js';

/** What a gateway or a tool has against a value. */
export interface Complaint {
  /** From the value that was asked about; 0-based. */
  path: Path;
  message: string;
  /** True for a check over several fields: the path is the entity's own. */
  entity?: boolean;
  /** 0-based, where a line is named instead of a path. */
  position?: { line: number; character: number };
}

/** Answers come from outside: so much is read of one, and no more. */
const most = { complaints: 5000, depth: 100, characters: 1000 };

export const entityKey = '@entity';

/**
 * Kong's tree of problems, nested as the value is: `{ port: "…", paths: [null, "…"], "@entity": ["…"] }`. Lists count
 * from 0, or from 1 where they come as objects; Kong calls the members of a list by name where it looks for references.
 * @param value what the tree is about.
 */
export function complaintsInFields(tree: Json, value: Json | undefined): Complaint[] {
  const found: Complaint[] = [];
  read(tree, value, [], found);
  return found;
}

function read(tree: Json, value: Json | undefined, path: Path, found: Complaint[]): void {
  if (tree === null || found.length >= most.complaints || path.length > most.depth) return;
  if (typeof tree !== 'object') {
    found.push({ path, message: saidIn(tree) });
  } else if (Array.isArray(tree)) {
    tree.forEach((inner, index) => readMember(inner, value, path, index, found));
  } else {
    for (const [key, inner] of Object.entries(tree)) readKey(key, inner, value, path, found);
  }
}

function readKey(key: string, inner: Json, value: Json | undefined, path: Path, found: Complaint[]): void {
  const isPosition = /^\d{1,9}$/.test(key);
  if (key === entityKey) for (const message of messagesIn(inner)) found.push({ path, message, entity: true });
  else if (isObject(value) && Object.hasOwn(value, key)) read(inner, value[key], [...path, key], found);
  else if (isPosition) readMember(inner, value, path, Number(key) - 1, found);
  else if (Array.isArray(value)) {
    const index = value.findIndex((item) => isCalled(item, key));
    if (index < 0) read(inner, undefined, path, found);
    else read(inner, value[index], [...path, index], found);
  } else read(inner, undefined, [...path, key], found);
}

/** A list of problems of what is no list is several problems of the one thing. */
function readMember(inner: Json, value: Json | undefined, path: Path, index: number, found: Complaint[]): void {
  if (Array.isArray(value)) read(inner, value[index], [...path, index], found);
  else if (typeof inner === 'object') read(inner, undefined, [...path, index], found);
  else read(inner, value, path, found);
}

const messagesIn = (tree: Json): string[] =>
  typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(messagesIn) : [saidIn(tree)];

export const saidIn = (said: Json): string => String(said).slice(0, most.characters);

/** Whether a name or id is that of an entity. */
export function isCalled(entity: Json | undefined, name: string): boolean {
  return isObject(entity) && (labelOf(entity) === name || entity['id'] === name);
}
