import type { Path, ProblemCode, SchemaProblem } from './problem.js';

/** What is wrong with one value. */
export interface Fault {
  code: ProblemCode;
  message: string;
  allowed?: string[];
}

/**
 * Faults by field, as Kong collects them: a later check may replace what an earlier one said of the same field.
 * Keys of a list are 0-based numbers.
 */
export class FaultTree {
  readonly fields = new Map<string | number, Fault | FaultTree>();
  readonly entity: Fault[] = [];

  get empty(): boolean {
    return this.fields.size === 0 && this.entity.length === 0;
  }

  /** @param name dotted: `config.redis.host`. A field that is wrong as a whole stays so. */
  setField(name: string, fault: Fault | FaultTree): void {
    const dot = name.indexOf('.');
    if (dot < 0) {
      this.fields.set(name, fault);
      return;
    }
    const head = name.slice(0, dot);
    let below = this.fields.get(head);
    if (below === undefined) this.fields.set(head, (below = new FaultTree()));
    if (below instanceof FaultTree) below.setField(name.slice(dot + 1), fault);
  }
}

export type Faults = Fault | FaultTree;

export function flatten(faults: Faults, path: Path = []): SchemaProblem[] {
  if (!(faults instanceof FaultTree)) return [{ ...faults, path }];
  const problems: SchemaProblem[] = [];
  for (const [key, below] of faults.fields) problems.push(...flatten(below, [...path, key]));
  for (const fault of faults.entity) problems.push({ ...fault, path, entity: true });
  return problems;
}
