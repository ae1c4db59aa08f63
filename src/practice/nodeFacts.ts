import type { JsonObject } from '../core/json.js';
import data from './node-3.9.json';

/** What `/` answers of a node besides its name: Kong's configuration as it is when nothing is set. */
export const nodeFacts: {
  version: string;
  luaVersion: string;
  configuration: JsonObject;
  /** The open-source plugins with the order in which they run. */
  plugins: Readonly<Record<string, number>>;
} = data;
