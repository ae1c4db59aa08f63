import { ofString } from './format.js';

/**
 * Memory that Kong's own nginx configuration sets aside, open source and Enterprise. More can be added there by hand, which no
 * file tells.
 */
const known: ReadonlySet<string> = new Set([
  'kong',
  'kong_cluster_events',
  'kong_core_db_cache',
  'kong_core_db_cache_2',
  'kong_core_db_cache_miss',
  'kong_core_db_cache_miss_2',
  'kong_counters',
  'kong_db_cache',
  'kong_db_cache_2',
  'kong_db_cache_miss',
  'kong_db_cache_miss_2',
  'kong_dns_cache',
  'kong_healthchecks',
  'kong_keyring',
  'kong_locks',
  'kong_process_events',
  'kong_profiling_state',
  'kong_rate_limiting_counters',
  'kong_reports_consumers',
  'kong_reports_routes',
  'kong_reports_services',
  'kong_reports_workspaces',
  'kong_secrets',
  'kong_vitals',
  'kong_vitals_counters',
  'kong_vitals_lists',
  'prometheus_metrics',
]);

export const dictionaryFault = (name: string): string | undefined =>
  known.has(name) ? undefined : `missing shared dict '${name}'`;

/** Where Kong says no more than that. Of a file it is not judged. */
export const sharedDictionary = ofString((name, { as }) =>
  as !== 'admin' || dictionaryFault(name) === undefined ? undefined : 'custom validation failed',
);
