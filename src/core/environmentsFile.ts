import {
  Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Environment } from './environment.js';
import { environmentFields, storeFields, textFields } from './environmentFields.js';
import type { StoreSection } from './environmentSections.js';
import { KongBackupError } from './errors.js';
import { exactlyOne, noSuchSetting, section } from './fieldChecks.js';
import type { Json } from './json.js';

/** Something wrong with the file. 0-based. */
export interface EnvironmentsFileProblem {
  line: number;
  column: number;
  message: string;
  /** The environment that is not listed because of it, where its name can be read. */
  environment?: string;
}

export interface EnvironmentsFile {
  environments: Environment[];
  problems: EnvironmentsFileProblem[];
  /** Places for snapshots, each with `folder` or `s3`. */
  stores?: StoreSection[];
  /** What stands under `validation`: how declarative files are to be judged. Any shape; absent when nothing does. */
  validation?: unknown;
}

const listKey = 'environments';
export const storesKey = 'stores';
/** What the store without an entry is called where one must be named. */
export const defaultStoreName = 'default';
const rulesKey = 'validation';
const header = ` Kong gateways that Kong Backup & Restore knows. No secret belongs in this file:
 name tokens with \${env:NAME} or \${file:path}, or store them in the editor.`;

/** What is not understood of the rules for validation, by the keys that lead to it. */
export type RulesCheck = (rules: unknown) => readonly { path: readonly string[]; message: string }[];

/**
 * Reads `kong-environments.yaml`. An entry with any problem is left out, because the field that was not understood may be
 * the one that protects the gateway; the others are listed. Never throws.
 */
export function parseEnvironmentsFile(text: string, checkRules: RulesCheck = () => []): EnvironmentsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: EnvironmentsFileProblem[] = [];
  const report: Report = (offset, message, environment) => {
    const { line, col } = lines.linePos(offset ?? 0);
    const place = { line: Math.max(line - 1, 0), column: Math.max(col - 1, 0) };
    problems.push({ ...place, message, ...(environment !== undefined && { environment }) });
  };
  const naked = keyWithoutColon(text, document);
  if (naked) {
    report(naked.offset, naked.message);
    return { environments: [], problems };
  }
  for (const { pos, message } of document.errors) report(pos[0], message.split(' at line ')[0] ?? message);

  const items = wholeItems(document, entryList(document, report));
  const twins = twinsAmong(document, items);
  const storeNodes = new Map<string, unknown>();
  const read = items.flatMap((node) => {
    const entry = readEntry(document, node, twins, report);
    if (entry && isMap(node)) storeNodes.set(entry.name, node.get('store', true));
    return entry ?? [];
  });
  const rules = isMap(document.contents) ? document.get(rulesKey, true) : undefined;
  const validation = isMap(rules) ? (rules.toJS(document) as unknown) : undefined;
  for (const { path, message } of checkRules(validation)) report(startOfKey(rules, path), message);
  const stores = readStores(document, report);
  const hasDefault = stores.some(({ name }) => name === defaultStoreName);
  const environments = read.map(({ store, ...rest }): Environment => {
    const isNamed = store !== undefined && (store !== defaultStoreName || hasDefault);
    return isNamed ? { ...rest, store } : rest;
  });
  for (const { name, store } of environments) {
    if (store === undefined || stores.some((known) => known.name === store)) continue;
    report(
      startOf(storeNodes.get(name)),
      `The environment "${name}" names the store "${store}", which "${storesKey}" does not hold.`,
      name,
    );
  }
  return {
    environments,
    problems,
    ...(stores.length > 0 && { stores }),
    ...(validation !== undefined && { validation }),
  };
}

/** @returns the file with another entry at its end. @throws KongBackupError `environment-invalid`. */
export function addEnvironmentEntry(text: string, environment: Environment, place: string): string {
  const document = editable(text, place);
  refuseInvalid(environment, namesIn(document), place);
  if (!isSeq(document.get(listKey, true))) document.set(listKey, document.createNode([]));
  const list = document.get(listKey, true) as YAMLSeq;
  list.flow = false;
  list.add(document.createNode(orderedFields(environment)));
  return format(document);
}

/**
 * @returns the file with one entry changed: fields that `environment` has not are taken out, comments stay.
 * @throws KongBackupError `environment-missing`, `environment-invalid`.
 */
export function updateEnvironmentEntry(text: string, name: string, environment: Environment, place: string): string {
  const document = editable(text, place);
  const { entry } = findEntry(document, name, place);
  refuseInvalid(
    environment,
    namesIn(document).filter((taken) => taken !== name),
    place,
  );
  for (const key of Object.keys(environmentFields)) {
    const value = orderedFields(environment)[key];
    if (value === undefined) entry.delete(key);
    else setField(document, entry, key, value);
  }
  return format(document);
}

/** @returns the file without the entry. @throws KongBackupError `environment-missing`, `environment-invalid`. */
export function removeEnvironmentEntry(text: string, name: string, place: string): string {
  const document = editable(text, place);
  const { list, index } = findEntry(document, name, place);
  list.delete(index);
  return format(document);
}

/** The id of an entry that was written by hand without one; it is written down when the entry is edited. */
export const idFromName = (name: string): string => `name:${name}`;

type Report = (offset: number | undefined, message: string, environment?: string) => void;

const startOf = (node: unknown): number | undefined => (node as Node | undefined)?.range?.[0];

/** Where the key stands that a path below a map ends in. */
function startOfKey(map: unknown, path: readonly string[]): number | undefined {
  let [at, start] = [map, startOf(map)];
  for (const name of path) {
    const pair: Pair | undefined = isMap(at)
      ? at.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      : undefined;
    if (!pair) return start;
    [at, start] = [pair.value, startOf(pair.key)];
  }
  return start;
}

/** A key at the top that stands alone in its line: the parser takes it for a text, and says so of the lines after it. */
function keyWithoutColon(text: string, document: Document.Parsed): { offset: number; message: string } | undefined {
  if (document.errors.length === 0 && !isScalar(document.contents)) return undefined;
  const found = new RegExp(`^(${[listKey, storesKey, rulesKey].join('|')})[ \\t]*(?:#.*)?\\r?$`, 'm').exec(text);
  return found ? { offset: found.index, message: `A colon is missing after "${found[1]}".` } : undefined;
}

function entryList(document: Document, report: Report): YAMLSeq | undefined {
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return undefined;
  if (!isMap(root)) {
    report(startOf(root), `The file must hold a map with the list "${listKey}".`);
    return undefined;
  }
  for (const { key } of root.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if ([listKey, storesKey, rulesKey].includes(name)) continue;
    report(
      startOf(key),
      `Unknown key "${name}". The file holds the lists "${listKey}" and "${storesKey}" and the map "${rulesKey}".`,
    );
  }
  const rules = root.get(rulesKey, true);
  if (rules !== undefined && !isMap(rules)) {
    report(
      startOf(rules),
      `"${rulesKey}" must be a map, such as "${rulesKey}: { severity: { plaintext-secret: off } }".`,
    );
  }
  const list = root.get(listKey, true);
  if (isSeq(list)) return list;
  if (list !== undefined && !(isScalar(list) && list.value === null)) {
    report(startOf(list), `"${listKey}" must be a list: begin each environment with "- name:".`);
  }
  return undefined;
}

/** The last entry before a syntax error may have lost the rest of its lines, so it is left out with all that follow. */
function wholeItems(document: Document.Parsed, list: YAMLSeq | undefined): unknown[] {
  const items = list?.items ?? [];
  if (document.errors.length === 0) return items;
  const firstError = Math.min(...document.errors.map(({ pos }) => pos[0]));
  return items.filter((_, index) => (startOf(items[index + 1]) ?? Infinity) <= firstError);
}

/** Entries that share a name or an id with another. Nobody can tell which of them is meant, so none of them is taken. */
function twinsAmong(document: Document, items: readonly unknown[]): Set<unknown> {
  const owners = new Map<string, unknown>();
  const twins = new Set<unknown>();
  for (const node of items.filter((item) => isMap(item))) {
    for (const key of ['name', 'id']) {
      if (!node.has(key)) continue;
      // Some file systems don't tell capitals apart, and the name is the folder of the snapshots.
      const mark = `${key} ${String(plainValue(document, node.get(key, true), true)).toLowerCase()}`;
      const owner = owners.get(mark);
      if (owner) twins.add(owner).add(node);
      else owners.set(mark, node);
    }
  }
  return twins;
}

function readEntry(
  document: Document,
  node: unknown,
  twins: ReadonlySet<unknown>,
  report: Report,
): Environment | undefined {
  if (!isMap(node)) {
    report(startOf(node), 'An environment must be a map with name and adminUrl.');
    return undefined;
  }
  let sound = true;
  const called = node.has('name') ? String(plainValue(document, node.get('name', true), true)) : undefined;
  const complain = (at: unknown, message: string): void => {
    sound = false;
    report(startOf(at) ?? startOf(node), message, called);
  };
  const fields: Record<string, Json> = {};
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const check = Object.hasOwn(environmentFields, name) ? environmentFields[name] : undefined;
    const content = plainValue(document, value, textFields.has(name));
    const problem = check ? check(content) : noSuchSetting(name, Object.keys(environmentFields));
    if (problem) complain(check ? value : key, `${name}: ${problem}`);
    else fields[name] = content;
  }
  for (const needed of ['name', 'adminUrl']) {
    if (!node.has(needed)) complain(node, `An environment must have ${needed}.`);
  }
  if (twins.has(node)) {
    complain(node.get('name', true), `There is another environment "${called}": names and ids must differ.`);
  }
  if (!sound) return undefined;
  const defaults = { id: idFromName(String(fields.name)), mode: 'traditional' };
  const adminUrl = String(fields.adminUrl).replace(/\/+$/, '');
  return { ...defaults, ...fields, adminUrl } as unknown as Environment;
}

/** An entry with any problem is left out: where its snapshots would go is not known. */
function readStores(document: Document, report: Report): StoreSection[] {
  const list = isMap(document.contents) ? document.get(storesKey, true) : undefined;
  if (list === undefined) return [];
  if (!isSeq(list)) {
    report(startOf(list), `"${storesKey}" must be a list: begin each store with "- name:".`);
    return [];
  }
  const names = new Set<string>();
  return list.items.flatMap((node) => {
    const value = plainValue(document, node, false);
    const called = isMap(node) ? String(plainValue(document, node.get('name', true), true)) : '';
    const problem = checkStore(value) ?? (names.has(called) ? `There is another store "${called}".` : undefined);
    names.add(called);
    if (problem === undefined) return [{ ...(value as object), name: called } as StoreSection];
    report(startOf(node), problem);
    return [];
  });
}

export const checkStore = exactlyOne(['folder', 's3'], section(storeFields, ['name']));

/** Some file systems don't tell capitals apart, and the name is the folder of the snapshots. */
const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function plainValue(document: Document, node: unknown, asText: boolean): Json {
  if (isScalar(node)) return asText && typeof node.value === 'number' ? (node.source ?? '') : (node.value as Json);
  if (isSeq(node)) return node.items.map((item) => plainValue(document, item, asText));
  return isNode(node) ? (node.toJS(document) as Json) : null;
}

export function editable(text: string, place: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  const { contents } = document;
  const blank = contents === null || (isScalar(contents) && contents.value === null);
  const naked = keyWithoutColon(text, document)?.message;
  if (error || !(blank || isMap(contents))) {
    throw new KongBackupError('environment-invalid', {
      place: error?.linePos ? `${place}:${error.linePos[0].line}:${error.linePos[0].col}` : place,
      reason:
        naked ?? (error ? (error.message.split(' at line ')[0] ?? error.message) : 'The file does not hold a map.'),
      remedy: 'Put the file right first; nothing was written.',
    });
  }
  if (!blank) return document;
  const fresh = new Document({ [listKey]: [] });
  fresh.commentBefore = document.commentBefore ?? document.comment ?? header;
  return fresh;
}

/** The same checks that reading makes, so that nothing is written which could not be read again. */
function refuseInvalid(environment: Environment, taken: readonly string[], place: string): void {
  const refuse = (reason: string): never => {
    throw new KongBackupError('environment-invalid', {
      place: `${place}: ${environment.name}`,
      reason,
      remedy: 'Change it and try again; nothing was written.',
    });
  };
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(environmentFields, name) ? environmentFields[name] : undefined;
    const problem = check ? check(value) : 'There is no such setting.';
    if (problem) refuse(`${name}: ${problem}`);
  }
  const twin = taken.find((other) => sameName(other, environment.name));
  if (twin !== undefined) refuse(`There is an environment "${twin}" already.`);
}

function namesIn(document: Document): string[] {
  const list = document.get(listKey, true);
  if (!isSeq(list)) return [];
  return list.items.map((entry) => (isMap(entry) ? String(plainValue(document, entry.get('name', true), true)) : ''));
}

function findEntry(document: Document, name: string, place: string): { list: YAMLSeq; index: number; entry: YAMLMap } {
  const list = document.get(listKey, true);
  const index = namesIn(document).indexOf(name);
  const entry = isSeq(list) ? list.items[index] : undefined;
  if (isSeq(list) && entry instanceof YAMLMap) return { list, index, entry };
  throw new KongBackupError('environment-missing', {
    place,
    reason: `There is no environment "${name}" in the file.`,
    remedy: 'Refresh the list of environments.',
  });
}

function orderedFields(environment: Environment): Record<string, Json> {
  const given = environment as unknown as Record<string, Json | undefined>;
  const fields: Record<string, Json> = {};
  for (const key of Object.keys(environmentFields)) {
    const value = given[key];
    if (value !== undefined) fields[key] = value;
  }
  return fields;
}

/** Only what differs is touched: the way an unchanged value is written, and its comments, stay. */
export function setField(document: Document, entry: YAMLMap, key: string, value: Json): void {
  const node = entry.get(key, true) as unknown;
  if (node !== undefined && JSON.stringify(plainValue(document, node, textFields.has(key))) === JSON.stringify(value))
    return;
  if (isScalar(node) && typeof value !== 'object') {
    (node as Scalar).value = value;
    // Forget how the old value was written: a number's source would come back.
    delete (node as Scalar).source;
    return;
  }
  entry.set(key, document.createNode(value));
}

export const format = (document: Document): string => document.toString({ lineWidth: 0 });
