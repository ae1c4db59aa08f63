import { keyOf, selected } from './entityEndpoints.js';
import { certificateId } from './certificates.js';
import { message, notFound, ok, refuse } from './reply.js';
import type { Endpoint, Handler, Method } from './router.js';
import type { Storage } from './storage.js';

/** Endpoints of kinds that Kong serves otherwise than their schema alone would say. */
export function entityOverrides(storage: Storage, generated: ReadonlyMap<string, Endpoint>): Endpoint[] {
  return [
    ...consumers(storage, generated),
    ...plugins(storage, generated),
    ...snis(storage, generated),
    ...hidden(generated),
  ];
}

function wrap(endpoint: Endpoint, around: (handler: Handler, method: Method) => Handler): Endpoint {
  const methods: Endpoint['methods'] = {};
  for (const [method, handler] of Object.entries(endpoint.methods) as [Method, Handler][]) {
    methods[method] = around(handler, method);
  }
  return { ...endpoint, methods };
}

function matching(generated: ReadonlyMap<string, Endpoint>, pattern: RegExp): Endpoint[] {
  return [...generated.values()].filter(({ path }) => pattern.test(path));
}

/** `/consumers?custom_id=` finds one. */
function consumers(storage: Storage, generated: ReadonlyMap<string, Endpoint>): Endpoint[] {
  return matching(generated, /^\/consumers$/).map((endpoint) =>
    wrap(endpoint, (handler, method) => (request) => {
      const wanted = request.query['custom_id'];
      if (method !== 'GET' || wanted === undefined) return handler(request);
      if (typeof wanted !== 'string' || wanted === '') return message(400, 'custom_id must be an unempty string');
      const found = storage.find('consumers', 'custom_id', wanted, request.workspace);
      return ok({ data: found ? [storage.read('consumers', found)] : [], next: null });
    }),
  );
}

/** A change of a plugin that isn't there is plainly not found, before anything is looked at. */
function plugins(storage: Storage, generated: ReadonlyMap<string, Endpoint>): Endpoint[] {
  return matching(generated, /^\/plugins\/\{plugins\}$/).map((endpoint) =>
    wrap(endpoint, (handler, method) => (request) => {
      if (method === 'PATCH') selected(storage, 'plugins', request);
      else if (method !== 'PUT') keyOf(storage, 'plugins', request.params['plugins'] ?? '');
      return handler(request);
    }),
  );
}

/** A certificate's SNIs are also reached by one of its names. */
function snis(storage: Storage, generated: ReadonlyMap<string, Endpoint>): Endpoint[] {
  return matching(generated, /^\/certificates\/\{certificates\}\/snis/).map((endpoint) =>
    wrap(endpoint, (handler) => (request) => handler(certificateId(storage, request))),
  );
}

/** Addresses that stand in the list of endpoints and answer 404, or that want a feature that is off. */
function hidden(generated: ReadonlyMap<string, Endpoint>): Endpoint[] {
  const nothing = matching(generated, /^\/targets|^\/snis\/\{snis\}\/certificate$/).map((endpoint) =>
    wrap(endpoint, () => () => refuse(notFound())),
  );
  const noWasm = matching(generated, /filter-chains/).map((endpoint) =>
    wrap(endpoint, () => () => message(400, 'this endpoint is only available when wasm is enabled')),
  );
  return [...nothing, ...noWasm];
}
