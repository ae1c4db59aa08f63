import type { JsonObject } from '../core/json.js';
import line2 from './node-2.8.json';
import line3 from './node-3.9.json';

/** What `/` answers of a node besides its name: Kong's configuration as it is when nothing is set. */
export interface NodeFacts {
  version: string;
  luaVersion: string;
  configuration: JsonObject;
  /** The open-source plugins with the order in which they run. */
  plugins: Readonly<Record<string, number>>;
}

/** @param version of the schema facts: "3.9". */
export function nodeFactsOf(version: string): NodeFacts {
  return version.startsWith('2.') ? line2 : line3;
}
