import type { SchemaFacts } from '../schema/facts.js';
import { certificateEndpoints } from './certificates.js';
import type { Dialect } from './dialect.js';
import { entityEndpoints } from './entityEndpoints.js';
import { entityOverrides } from './entityOverrides.js';
import { formFields, inferTypes } from './formArguments.js';
import { informationEndpoints } from './informationEndpoints.js';
import type { Node } from './node.js';
import type { Query } from './paging.js';
import { htmlPage, methodNotAllowed, noContent, notFound, type Reply, ReplyError, unexpected } from './reply.js';
import { bodyFields, checkContentType, readBody, type RequestBody } from './requestBody.js';
import { type Endpoint, type Method, Router } from './router.js';
import { schemaEndpoints } from './schemaEndpoints.js';
import type { Storage } from './storage.js';
import { tagEndpoints } from './tags.js';
import { upstreamEndpoints } from './upstreams.js';
import { workspaceEndpoints } from './workspaces.js';

/** A request as it came. */
export interface RawRequest {
  method: string;
  /** Path and query. */
  url: string;
  contentType: string | undefined;
  body: Buffer;
}

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Bytes that Kong's Admin API takes as it comes: 10 MiB. */
const largestBody = 10 * 1024 * 1024;
const withBody: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** Kong's Admin API over a storage: routing, bodies, workspaces. Knows nothing of sockets. */
export class AdminApi {
  private readonly router: Router;

  constructor(
    private readonly storage: Storage,
    node: Node,
    private readonly options: { hasWorkspaces: boolean; dialect: Dialect; endpoints: readonly Endpoint[] },
    state: { requests(): number; configurationHash(): string },
  ) {
    const endpoints = entityEndpoints(storage);
    for (const endpoint of [
      ...entityOverrides(storage, endpoints),
      ...certificateEndpoints(storage),
      ...upstreamEndpoints(storage, node.id),
      ...informationEndpoints(node, storage, state),
      ...schemaEndpoints(storage),
      ...tagEndpoints(storage),
      ...(options.hasWorkspaces || options.dialect.listsWorkspaces ? workspaceEndpoints(storage) : []),
      ...options.endpoints,
    ]) {
      if (options.dialect.missing?.test(endpoint.path) !== true) endpoints.set(endpoint.path, endpoint);
    }
    const paths = [...endpoints.keys(), '/endpoints'].sort();
    const listing: Endpoint = { path: '/endpoints', methods: { GET: () => ({ status: 200, body: { data: paths } }) } };
    this.router = new Router([...endpoints.values(), listing]);
  }

  /** Never throws. */
  handle(request: RawRequest): Reply {
    try {
      return this.answer(request);
    } catch (error) {
      if (error instanceof ReplyError) return error.reply;
      return unexpected();
    }
  }

  private answer({ method, url, contentType, body }: RawRequest): Reply {
    const [rawPath = '/', search = ''] = splitOnce(url, '?');
    const isKnown = methods.includes(method) || method === 'HEAD' || method === 'OPTIONS';
    if (!isKnown) return htmlPage(405, 'Not Allowed');
    if (body.length > largestBody) return htmlPage(413, 'Request Entity Too Large');
    const found = this.find(rawPath);
    if (!found) return notFound();
    const { endpoint, params, workspace } = found;
    if (method === 'OPTIONS') return allowed(endpoint);
    if (withBody.includes(method)) checkContentType(contentType, body, endpoint.takesYaml === true);
    const verb = (method === 'HEAD' ? 'GET' : method) as Method;
    const handler = endpoint.methods[verb];
    if (!handler) return methodNotAllowed();
    const hasBody = withBody.includes(method) || (method === 'DELETE' && body.length > 0);
    const content: RequestBody = hasBody ? readBody(contentType, body) : { type: 'none' };
    return handler({
      method: verb,
      params,
      query: parseQuery(search),
      workspace,
      body: content,
      fields: (kind) => entityFields(this.storage.facts, kind, content),
    });
  }

  /** The endpoint, and the workspace that the address names. @throws ReplyError 404 for a workspace that isn't there. */
  private find(path: string) {
    const plain = this.router.match(path);
    if (plain) return { ...plain, workspace: 'default' };
    if (!this.options.hasWorkspaces) return undefined;
    const [, name = '', rest = '/'] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const inside = this.router.match(rest);
    if (!inside || name === '') return undefined;
    const workspace = decodeURIComponent(name);
    if (!this.storage.find('workspaces', 'name', workspace, '')) {
      throw new ReplyError(notFound(`Workspace '${workspace}' not found`));
    }
    return { ...inside, workspace };
  }
}

function allowed({ methods: served }: Endpoint): Reply {
  const names = [...Object.keys(served), ...(served.GET ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ');
  return {
    ...noContent(),
    headers: { allow: names, 'access-control-allow-methods': names, 'access-control-allow-headers': 'Content-Type' },
  };
}

function entityFields(facts: SchemaFacts, kind: string, body: RequestBody) {
  const value = structuredClone(bodyFields(body));
  const entity = facts.entities[kind];
  if (body.type !== 'form' || !entity) return value;
  const name = value['name'];
  const config = kind === 'plugins' && typeof name === 'string' ? facts.plugins[name]?.fields['config'] : undefined;
  inferTypes(formFields(entity, config), value);
  return value;
}

function parseQuery(search: string): Query {
  const query: Query = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const old = query[name];
    query[name] = old === undefined ? value : [...(Array.isArray(old) ? old : [old]), value];
  }
  return query;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
