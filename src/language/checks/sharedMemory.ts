import { isObject, type Json } from '../../core/json.js';
import { dictionaryFault } from '../../schema/formats/sharedDictionary.js';
import type { Path } from '../../schema/problem.js';
import { valueAtPath } from '../values.js';
import type { CheckInput, Finding } from './check.js';

/** Where plugins name memory that the gateway's nginx sets aside. */
const places: Readonly<Record<string, Path>> = {
  acme: ['config', 'storage_config', 'shm', 'shm_name'],
  'proxy-cache': ['config', 'memory', 'dictionary_name'],
  'proxy-cache-advanced': ['config', 'memory', 'dictionary_name'],
};

/**
 * Kong refuses a name that its nginx does not have. More than Kong's own can be added there, which no file tells: whoever did
 * so turns this code off.
 */
export function* sharedMemory({ model }: CheckInput): Generator<Finding> {
  for (const { kind, path, value } of model.entities) {
    const place = kind === 'plugins' && typeof value['name'] === 'string' ? placeOf(value['name']) : undefined;
    const name = place && valueAtPath(value, place);
    if (!place || typeof name !== 'string' || isElsewhere(value['config'])) continue;
    if (name === '' || dictionaryFault(name) === undefined) continue;
    const message = `Kong's own nginx configuration sets no memory \`${name}\` aside: the gateway refuses this unless its own does (\`nginx_http_lua_shared_dict\`).`;
    yield { severity: 'error', code: 'unknown-memory', message, path: [...path, ...place] };
  }
}

const placeOf = (plugin: string): Path | undefined => (Object.hasOwn(places, plugin) ? places[plugin] : undefined);

/** A cache that is kept in Redis asks for no memory. */
const isElsewhere = (config: Json | undefined): boolean => isObject(config) && config['strategy'] === 'redis';
