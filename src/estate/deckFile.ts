import { isObject, type Json, type JsonObject } from '../core/json.js';
import { formatPath, type Path } from '../schema/problem.js';
import { collectEntities, type Place } from './deckEntities.js';
import { topLists } from './deckNames.js';
import type { Entity } from './entity.js';
import { knownKinds } from './kinds.js';
import { resolveReferences } from './resolve.js';
import { invalidAt, readYaml } from './yamlRead.js';

/** Something in a file that can be read but not planned or applied as it stands. */
export interface DeckFileProblem {
  /** `services[0].routes[1].paths[0]`; empty for the file as a whole. */
  path: string;
  /** A sentence for a person. */
  message: string;
}

/** A decK state file as data. */
export interface DeckFile {
  formatVersion: string;
  /** From `_workspace`. */
  workspace?: string;
  /** From `_info.select_tags`; every entity has them already. */
  selectTags?: string[];
  /** Flat. Each has an id: the file's own, or one made for it that no gateway has. */
  entities: Entity[];
  /** What stands in the way of planning: env templates that are not filled in, lists that are not taken. */
  problems: DeckFileProblem[];
}

export interface ReadOptions {
  /** True to take a file that names no entities; else it is an error, because applying it would delete everything. */
  allowEmpty?: boolean;
  /** True for a file whose texts are all meant as they stand: what looks like a template of decK's is none. */
  literal?: boolean;
  /** A quicker reader of YAML; undefined for what it leaves to the whole one. */
  parse?(text: string): Json | undefined;
}

/**
 * Reads decK's state format, nested or flat. References become `{ id }`; what the file names but does not hold stays
 * `{ name }` for the plan to find on the gateway.
 * @param place what a person calls the file, for errors.
 * @throws KongBackupError `file-invalid` with line and column.
 */
export function readDeckFile(text: string, place: string, options: ReadOptions = {}): DeckFile {
  const fail: Fail = (path, reason) => invalidAt(text, place, path, reason);
  return readDeckRoot(options.parse?.(text) ?? readYaml(text, place), fail, options);
}

/** Reads what a decK file, or several in one, say. @throws what `fail` makes. */
export function readDeckRoot(root: Json, fail: Fail, options: ReadOptions = {}): DeckFile {
  if (!isObject(root)) throw fail([], 'A decK file is a mapping with `_format_version` and lists of entities.');
  const head = readHead(root, fail);
  const problems: DeckFileProblem[] = [];
  const places = collectEntities(root, [...listsIn(root, problems)], fail);
  if (places.length === 0 && options.allowEmpty !== true) {
    throw fail([], 'The file names no entities. To apply it would delete everything, so it is refused.');
  }
  checkIds(places, fail);
  resolveReferences(places, problems);
  addSelectTags(places, head.selectTags ?? []);
  if (options.literal !== true) for (const { path, entity } of places) findTemplates(entity.fields, path, problems);
  return { ...head, entities: places.map(({ entity }) => entity), problems };
}

export type Fail = (path: Path, reason: string) => Error;

export function readHead(root: JsonObject, fail: Fail): Pick<DeckFile, 'formatVersion' | 'workspace' | 'selectTags'> {
  const version = root['_format_version'];
  if (version === undefined) throw fail([], '`_format_version` is missing.');
  const formatVersion = typeof version === 'number' ? version.toFixed(1) : version;
  if (typeof formatVersion !== 'string' || !/^[123]\.\d$/.test(formatVersion)) {
    throw fail(['_format_version'], 'It has to be "1.1", "2.1" or "3.0".');
  }
  const workspace = root['_workspace'];
  const info = root['_info'];
  const tags = isObject(info) ? info['select_tags'] : undefined;
  const selectTags = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  return {
    formatVersion,
    ...(typeof workspace === 'string' && workspace !== '' ? { workspace } : {}),
    ...(selectTags.length > 0 ? { selectTags } : {}),
  };
}

const understood = new Set(['_format_version', '_workspace', '_info', '_plugin_configs', '_comment', '_konnect']);

/** Lists of entities in the file, decK's own and flat ones; the rest is said, never dropped without a word. */
function* listsIn(root: JsonObject, problems: DeckFileProblem[]): Generator<string> {
  for (const [key, value] of Object.entries(root)) {
    if (understood.has(key)) continue;
    if (topLists.includes(key) || knownKinds.includes(key)) yield key;
    else if (key === '_transform') {
      // decK's own format has the word too, and takes it for true alone.
      if (value !== false) continue;
      const message = 'decK refuses `_transform: false`: this may be an export of kong, not a file of decK.';
      problems.push({ path: key, message });
    } else if (!isEmpty(value))
      problems.push({ path: key, message: `\`${key}\` is not taken: it is no list of entities known here.` });
  }
}

const isEmpty = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

export function checkIds(places: readonly Place[], fail: Fail): void {
  const seen = new Map<string, Set<string>>();
  for (const { entity, path } of places) {
    let ids = seen.get(entity.kind);
    if (!ids) seen.set(entity.kind, (ids = new Set<string>()));
    const id = String(entity.fields['id']);
    if (ids.has(id)) throw fail([...path, 'id'], `Another of the ${entity.kind} has the same id.`);
    ids.add(id);
  }
}

/** decK adds the tags that it selects by to every entity of the file. */
function addSelectTags(places: readonly Place[], selectTags: readonly string[]): void {
  if (selectTags.length === 0) return;
  for (const { entity, untagged } of places) {
    if (untagged) continue;
    const own = entity.fields['tags'];
    entity.fields['tags'] = [...new Set([...(Array.isArray(own) ? own : []), ...selectTags])];
  }
}

/** Nothing else can decK fill in. */
const template = /\$\{\{\s*env\s+"DECK_[^"]*"\s*\}\}/;

function findTemplates(value: Json, path: Path, problems: DeckFileProblem[]): void {
  if (typeof value === 'string') {
    if (!template.test(value)) return;
    const message = 'A template that only decK can fill in from its environment: the value is not known here.';
    problems.push({ path: formatPath(path), message });
  } else if (Array.isArray(value)) value.forEach((item, index) => findTemplates(item, [...path, index], problems));
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (inner !== null && (typeof inner === 'object' || typeof inner === 'string')) {
        findTemplates(inner, [...path, name], problems);
      }
    }
  }
}
