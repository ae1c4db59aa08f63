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

/** `services[0].routes[1].paths[0]` */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}
