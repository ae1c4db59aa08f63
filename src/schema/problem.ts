/** Where in a value: keys and 0-based indexes. */
export type Path = readonly (string | number)[];

export type ProblemCode =
  | 'unknown-field'
  | 'required'
  | 'wrong-type'
  | 'not-in-enum'
  | 'out-of-range'
  | 'wrong-length'
  | 'wrong-format'
  | 'wrong-value'
  | 'wrong-scope'
  | 'entity-check'
  | 'unknown-plugin';

/** One thing Kong's schema has against a value. */
export interface SchemaProblem {
  code: ProblemCode;
  /** The field; for a missing field the path it should have; for an entity check the entity's own path with `entity` set. */
  path: Path;
  /** What Kong answers in `fields`, word for word where we know it: clients of the Admin API see it. */
  message: string;
  /** True for a check over several fields, which Kong reports under `@entity`. */
  entity?: boolean;
  /** Values that would be taken, for completion and quick fixes. */
  allowed?: string[];
}

/** What can't stand in a path as it is. */
const odd = /^$|[.[\]]/;

/** `services[0].routes[1].paths[0]`; a key with dots or brackets in it as `config.headers["a.b"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (odd.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** The parts of what `formatPath` wrote. */
export function parsePath(written: string): (string | number)[] {
  const parts = written.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g);
  return [...parts].map(([, index, quoted, key = '']) =>
    index !== undefined ? Number(index) : quoted !== undefined ? (JSON.parse(quoted) as string) : key,
  );
}
