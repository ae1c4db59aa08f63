import { validate } from '../../src/language/validate.js';
import type { Verdict } from '../../src/language/validate.js';
import { nodeCrypto } from '../../src/schema/nodeCrypto.js';
import type { SchemaFacts } from '../../src/schema/facts.js';

/** A file, and what a real gateway made of it. */
export interface Case {
  id: string;
  text: string;
  json: boolean;
  valid: boolean;
  /** What Kong named: `services[0].port`, `plugins[0].@entity[0]`, `routes.r[0]`. */
  paths: string[];
}

export interface Judged {
  one: Case;
  verdict: Verdict;
  /** Every place that Kong names is one that we mark, and we mark no other. */
  pathsRight: boolean;
}

export function judge(one: Case, facts: SchemaFacts): Judged {
  const verdict = validate({ text: one.text, json: one.json, kind: 'dbless', facts, crypto: nodeCrypto });
  const errors = verdict.diagnostics.filter(({ severity }) => severity === 'error');
  const ours = new Set(errors.map(({ path }) => path));
  const places = one.paths.map(normalizePath);
  const named = places.every((place) => [...ours].some((path) => matches(place, path)));
  const noMore = [...ours].every((path) => places.some((place) => matches(place, path)));
  return { one, verdict, pathsRight: named && noMore };
}

/** `@entity[n]` is the entity itself; entities that Kong calls by name are a pattern. */
function normalizePath(path: string): string {
  // `error` is the file as a whole.
  return path === 'error' ? '' : path.replace(/\.?@entity(\[\d+\])?$/, '');
}

/**
 * Kong names entities by key, not by position, where a reference or a unique field is wrong (`routes.r[0]`,
 * `consumers.b`): there the entity of that kind is the place, and any field of it is right.
 */
function matches(place: string, path: string): boolean {
  if (place === path) return true;
  const [kind = ''] = place.split(/[.[]/);
  const byName = place.startsWith(`${kind}.`) && kind.endsWith('s');
  return byName && new RegExp(`(^|\\.)${kind}\\[\\d+\\]`).test(path);
}

export interface Shares {
  caught: string;
  rejected: string;
  rightPath: string;
}

/** Right paths are counted among the invalid files that were caught and that Kong gives a place for. */
export function summarize(judged: readonly Judged[]): Shares {
  const invalid = judged.filter(({ one }) => !one.valid);
  const valid = judged.filter(({ one }) => one.valid);
  const caught = invalid.filter(({ verdict }) => !verdict.valid);
  const placed = caught.filter(({ one }) => one.paths.length > 0);
  return {
    caught: share(caught.length, invalid.length),
    rejected: share(valid.filter(({ verdict }) => !verdict.valid).length, valid.length),
    rightPath: share(placed.filter(({ pathsRight }) => pathsRight).length, placed.length),
  };
}

const share = (part: number, whole: number): string =>
  `${whole === 0 ? '-' : ((100 * part) / whole).toFixed(1)} %  (${part} of ${whole})`;
