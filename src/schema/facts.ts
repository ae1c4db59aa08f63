import type { Json } from '../core/json.js';

/** Types a field of Kong's schemas can have. */
export type FieldType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'array'
  | 'set'
  | 'map'
  | 'record'
  | 'foreign'
  | 'json'
  | 'any'
  | 'function';

/** A Lua pattern and the words Kong answers when a value does not fit. */
export interface PatternFacts {
  pattern: string;
  err?: string;
}

/** What Kong's schema says of one field. Names are Kong's own, so that a gateway's answer and shipped facts read alike. */
export interface FieldFacts {
  type: FieldType;
  /** The gateway's own words, of facts that a gateway gave; shipped ones have none. */
  description?: string;
  required?: boolean;
  auto?: boolean;
  default?: Json;
  /** The only value allowed: `null` for a scope that a plugin forbids. */
  eq?: Json;
  ne?: Json;
  one_of?: Json[];
  not_one_of?: Json[];
  between?: [number, number];
  gt?: number;
  len_eq?: number;
  len_min?: number;
  len_max?: number;
  starts_with?: string;
  contains?: Json;
  is_regex?: boolean;
  uuid?: boolean;
  timestamp?: boolean;
  unique?: boolean;
  /** Names an entity kind: the value is its id or name. */
  reference?: string;
  /** Of a foreign field: what happens to this entity when the one it names goes. */
  on_delete?: 'cascade' | 'null' | 'restrict';
  referenceable?: boolean;
  encrypted?: boolean;
  /** What Kong answers instead of its own words when the value does not fit. */
  err?: string;
  match?: string;
  match_all?: PatternFacts[];
  match_any?: { patterns: string[]; err?: string };
  match_none?: PatternFacts[];
  not_match?: string;
  mutually_exclusive_subsets?: string[][];
  /** Of an array or set. */
  elements?: FieldFacts;
  /** Of a map. */
  keys?: FieldFacts;
  values?: FieldFacts;
  /** Of a record. */
  fields?: Record<string, FieldFacts>;
  shorthand_fields?: Record<string, FieldFacts>;
  entity_checks?: EntityCheck[];
  /** `replaced_with` names the fields, from the record that holds this one, that take the value over. */
  deprecation?: { removal_in_version?: string; replaced_with?: { path: string[] }[] };
  immutable?: boolean;
  /** Has a check written in Lua that the facts can't show; our own validators stand in by kind and field name. */
  custom_validator?: boolean;
  /** Unique in the whole gateway, not only in a workspace. */
  unique_across_ws?: boolean;
  /** Taken from a request and never stored as a field: `snis` of a certificate. */
  transient?: boolean;
  /** Filled by a schema that another field names: a plugin's `config`. */
  abstract?: boolean;
  /** Of a record whose other fields depend on the value of one: that one, and the fields by its value. */
  subschema_key?: string;
  subschema_error?: string;
  subschemas?: Record<string, Pick<FieldFacts, 'fields' | 'entity_checks' | 'shorthand_fields'>>;
}

/** A check over several fields, in Kong's own shape: `{ conditional: { if_field, if_match, then_field, then_match } }` … */
export type EntityCheck = Record<string, Json>;

/** One entity kind. */
export interface EntityFacts extends Pick<FieldFacts, 'entity_checks' | 'shorthand_fields'> {
  fields: Record<string, FieldFacts>;
  /** Foreign fields and what happens to this entity when the one it names goes. */
  foreign?: Record<string, { reference: string; required?: boolean; on_delete?: 'cascade' | 'null' | 'restrict' }>;
  /** Single fields that are unique in a workspace, besides `id`. */
  unique?: string[];
  /** Combinations that are unique: `[["instance_name"]]`, `[["name", "consumer", "route", "service"]]`. */
  cache_key?: string[];
  /** The field that stands in for the id in an address: `name`, `username`. */
  endpoint_key?: string;
  /** The collection's name in an address when it is not the kind: `basic-auths`. */
  admin_api_name?: string;
  admin_api_nested_name?: string;
  /** False for kinds that belong to the whole gateway: `ca_certificates`. */
  workspaceable?: boolean;
  /** False for kinds without an Admin API of their own. */
  generate_admin_api?: boolean;
  ttl?: boolean;
  /** The fields that make an entity's address, when it is not `["id"]`. */
  primary_key?: string[];
  /** The field whose value names a schema of its own: `name` of plugins and vaults. */
  subschema_key?: string;
  /** False for kinds that a declarative file never holds, such as tokens. */
  db_export?: boolean;
}

/** One plugin: its config record, the scopes it forbids and its protocols, as `/schemas/plugins/<name>` gives them. */
export interface PluginFacts extends Pick<FieldFacts, 'entity_checks' | 'shorthand_fields'> {
  fields: Record<string, FieldFacts>;
  /** True for a plugin that the open-source gateway of this version does not bundle. */
  enterprise?: boolean;
}

/** Kong's schemas of one gateway version. `schemas/<version>.json` holds one, without a word of prose. */
export interface SchemaFacts {
  /** "3.9" */
  version: string;
  entities: Record<string, EntityFacts>;
  plugins: Record<string, PluginFacts>;
  /** Set for a gateway that runs without one. */
  database?: 'off';
}

/** What a file is held to when nobody says otherwise, be it in the editor or on the command line. */
export const assumedGatewayVersion = '3.9';

/** Finds facts by version, loading each at most once. How is the caller's: a file in Node, an asset in a browser. */
export interface SchemaSource {
  /** Versions there are facts for, oldest first. */
  readonly versions: readonly string[];
  /** @param version any version text; the nearest one at or below is taken. */
  facts(version: string): Promise<SchemaFacts>;
}
