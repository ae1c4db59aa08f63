import type { JsonObject } from '../core/json.js';
import type { Query } from './paging.js';
import type { Reply } from './reply.js';
import type { RequestBody } from './requestBody.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request to the Admin API, read and routed. */
export interface AdminRequest {
  method: Method;
  /** Decoded values of the address, by the name in the endpoint's path. */
  params: Record<string, string>;
  query: Query;
  workspace: string;
  body: RequestBody;
  /** The body as fields of an entity of a kind, text from forms typed by its schema. */
  fields(kind: string): JsonObject;
}

export type Handler = (request: AdminRequest) => Reply;

export interface Endpoint {
  /** `/services/{services}/routes` */
  path: string;
  methods: Partial<Record<Method, Handler>>;
  /** True where a YAML body is read. */
  takesYaml?: boolean;
}

interface Node {
  literal: Map<string, Node>;
  parameter?: Node;
  endpoint?: Endpoint;
}

const newNode = (): Node => ({ literal: new Map() });

/** Finds the endpoint for a path; words win over parameters. */
export class Router {
  private readonly root = newNode();

  constructor(endpoints: Iterable<Endpoint>) {
    for (const endpoint of endpoints) this.add(endpoint);
  }

  /** @param path raw, without the query. A slash at the end makes no difference. */
  match(path: string): { endpoint: Endpoint; params: Record<string, string> } | undefined {
    const parts = path
      .replace(/(.)\/$/, '$1')
      .split('/')
      .slice(1);
    if (path === '/') parts.length = 0;
    const found = walk(this.root, parts, 0, []);
    if (!found) return undefined;
    const names = [...found.endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    return {
      endpoint: found.endpoint,
      params: Object.fromEntries(names.map((name, index) => [name, decode(found.values[index] ?? '')])),
    };
  }

  private add(endpoint: Endpoint): void {
    let node = this.root;
    for (const part of endpoint.path.split('/').filter((word) => word !== '')) {
      if (part.startsWith('{')) {
        node = node.parameter ??= newNode();
      } else {
        const next = node.literal.get(part) ?? newNode();
        node.literal.set(part, next);
        node = next;
      }
    }
    node.endpoint = endpoint;
  }
}

function walk(
  node: Node,
  parts: readonly string[],
  at: number,
  values: readonly string[],
): { endpoint: Endpoint; values: readonly string[] } | undefined {
  const part = parts[at];
  if (part === undefined) return node.endpoint && { endpoint: node.endpoint, values };
  const word = node.literal.get(part);
  const found = word && walk(word, parts, at + 1, values);
  if (found || !node.parameter || part === '') return found;
  return walk(node.parameter, parts, at + 1, [...values, part]);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
