import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { KeptSchemas, SchemaCache } from './gatewaySchemas.js';

/** Where JSON values are kept by key. */
interface Values {
  read(key: string): Promise<JsonObject | undefined>;
  write(key: string, value: JsonObject): Promise<void>;
}

/**
 * Schemas by environment and by what its gateway says it is: version, edition and plugins. Two gateways that say the same may
 * still have plugins of their own by one name that differ.
 */
export function createSchemaCache(values: Values): SchemaCache {
  const read = async (key: string): Promise<KeptSchemas | undefined> => keptFrom(await values.read(key));
  return {
    read: (environment, gateway) => read(keyOf(environment, gateway)),
    async lastOf(environment) {
      const { key } = (await values.read(placeOf(environment))) ?? {};
      return typeof key === 'string' ? read(key) : undefined;
    },
    async write(environment, schemas) {
      const key = keyOf(environment, schemas);
      await values.write(key, schemas as unknown as JsonObject);
      await values.write(placeOf(environment), { key });
    },
  };
}

const keyOf = (
  environment: string,
  { version, edition, plugins }: Pick<KeptSchemas, 'version' | 'edition' | 'plugins'>,
): string => JSON.stringify(['schemas', environment, version, edition, [...plugins].sort()]);
const placeOf = (environment: string): string => JSON.stringify(['environment', environment]);

/** A file of an older version of this product may hold anything. */
function keptFrom(value: JsonObject | undefined): KeptSchemas | undefined {
  const { version, edition, plugins, asked, answers, at } = value ?? {};
  const isWhole =
    typeof version === 'string' &&
    (edition === 'community' || edition === 'enterprise') &&
    typeof at === 'string' &&
    isNames(plugins) &&
    isObject(asked) &&
    isNames(asked['kinds']) &&
    isNames(asked['plugins']) &&
    isObject(answers) &&
    isObject(answers['entities']) &&
    isObject(answers['plugins']);
  return isWhole ? (value as unknown as KeptSchemas) : undefined;
}

const isNames = (value: Json | undefined): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');
