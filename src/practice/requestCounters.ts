import { writeMethods } from './faults.js';

export interface CountedRequest {
  method: string;
  /** Without the query. */
  path: string;
}

/** What was asked of the gateway, in order. */
export class RequestCounters {
  private readonly seen: CountedRequest[] = [];

  get total(): number {
    return this.seen.length;
  }

  get writes(): number {
    return this.count({ methods: writeMethods });
  }

  get log(): readonly CountedRequest[] {
    return this.seen;
  }

  count({ methods, path }: { methods?: readonly string[]; path?: RegExp }): number {
    return this.seen.filter(
      (request) => methods?.includes(request.method) !== false && path?.test(request.path) !== false,
    ).length;
  }

  add(request: CountedRequest): void {
    this.seen.push(request);
  }

  clear(): void {
    this.seen.length = 0;
  }
}
