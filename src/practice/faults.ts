import type { Json } from '../core/json.js';

/** How a request goes wrong. `hang` never answers; `reset` drops the connection. */
export type FaultEffect = { status: number; body?: Json } | 'html' | 'hang' | 'reset';

export interface Fault {
  /** Only requests whose path, query left out, matches; every request when absent. */
  path?: RegExp;
  /** Only these methods: `['POST', 'PUT']`. */
  methods?: readonly string[];
  /** So many matching requests are served first. */
  after?: number;
  /** So many are then hit; all when absent. */
  times?: number;
  effect: FaultEffect;
}

export const writeMethods: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Failures that a test orders from the gateway. */
export class Faults {
  private readonly ordered: { fault: Fault; seen: number }[] = [];

  /** @returns a function that takes the order back. */
  add(fault: Fault): () => void {
    const order = { fault, seen: 0 };
    this.ordered.push(order);
    return () => {
      const at = this.ordered.indexOf(order);
      if (at !== -1) this.ordered.splice(at, 1);
    };
  }

  clear(): void {
    this.ordered.length = 0;
  }

  /** What goes wrong with this request; undefined when nothing does. Counts it. */
  take(method: string, path: string): FaultEffect | undefined {
    for (const order of this.ordered) {
      const { path: pattern, methods, after = 0, times = Infinity, effect } = order.fault;
      if (methods?.includes(method) === false || pattern?.test(path) === false) continue;
      order.seen++;
      if (order.seen > after && order.seen <= after + times) return effect;
    }
    return undefined;
  }
}
