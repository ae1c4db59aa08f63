import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, type ScalarTag } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.js';
import type { SchemaFacts } from '../../../src/schema/facts.js';
import { dblessNesting } from '../../../src/schema/nesting.js';
import { formatPath, type Path, type SchemaProblem } from '../../../src/schema/problem.js';
import { validateEntity } from '../../../src/schema/validate.js';

/** Recorded behaviour of real gateways; not part of the repository. */
export const shared = path.resolve('..', 'shared');
export const hasShared = existsSync(shared);
if (!hasShared) console.warn(`${shared} is not there: tests against recordings of real gateways are skipped`);

export function shippedFacts(version: string): SchemaFacts {
  return JSON.parse(readFileSync(path.join('schemas', `${version}.json`), 'utf8')) as SchemaFacts;
}

export interface Case {
  id: string;
  kind: string;
  entity?: string;
  plugin?: string;
  mutation: string;
  yaml: string;
  verdict: 'valid' | 'invalid' | 'unparsable';
  paths: string[];
  messages: string[];
}

export function readLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as T);
}

/** To Kong's parser a lone `y` or `n` is a letter. */
const letters: ScalarTag = { tag: 'tag:yaml.org,2002:str', default: true, test: /^[yYnN]$/, resolve: (text) => text };

/** Every entity of a DB-less file, flat or nested, with what the engine has against it. No references, no uniqueness. */
export function fileProblems(facts: SchemaFacts, text: string): SchemaProblem[] {
  const file = parse(text, { version: '1.1', uniqueKeys: false, customTags: (tags) => [letters, ...tags] }) as Json;
  const problems: SchemaProblem[] = [];
  if (!isObject(file)) return problems;
  for (const kind of Object.keys(facts.entities)) visit(facts, kind, file[kind], [kind], undefined, problems);
  return problems;
}

function visit(
  facts: SchemaFacts,
  kind: string,
  list: Json | undefined,
  at: Path,
  parent: string | undefined,
  problems: SchemaProblem[],
): void {
  if (!Array.isArray(list)) return;
  const nested = dblessNesting(facts, kind);
  list.forEach((item, index) => {
    if (!isObject(item)) return;
    const own: JsonObject = { ...item };
    const here = [...at, index];
    for (const { key, kind: child, field } of nested) {
      visit(facts, child, own[key], [...here, key], field, problems);
      delete own[key];
    }
    const options = { as: 'declarative' as const, dbless: true, ...(parent !== undefined && { parent }) };
    for (const problem of validateEntity(facts, kind, own, options)) {
      problems.push({ ...problem, path: [...here, ...problem.path] });
    }
  });
}

/** Paths as the corpus writes them: a check over several fields by its number. */
export function pathTexts(problems: readonly SchemaProblem[]): { path: string; message: string }[] {
  const seen = new Map<string, number>();
  return problems.map(({ path: at, entity, message }) => {
    const text = formatPath(at);
    if (!entity) return { path: text, message };
    const number = seen.get(text) ?? 0;
    seen.set(text, number + 1);
    return { path: `${text}.@entity[${number}]`, message };
  });
}
