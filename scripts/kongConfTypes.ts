import type { PropertyFacts } from '../src/language/kongConf/facts.js';

/**
 * How Kong's own loader reads properties of kong.conf, of which nothing stands in kong.conf.default. Names stand once by
 * type; what is in none of the lists is text, or is guessed from its default and held to nothing.
 */
const names = (text: string): string[] => text.trim().split(/\s+/);

const booleans = names(`
  allow_debug_header anonymous_reports audit_log client_ssl cluster_use_proxy dns_no_sync event_hooks_enabled fips
  keyring_enabled konnect_mode new_dns_client legacy_dns_client pg_iam_auth pg_ro_iam_auth pg_ssl pg_ssl_required
  pg_ssl_verify pg_ro_ssl pg_ro_ssl_required pg_ro_ssl_verify portal portal_is_legacy portal_gui_use_subdomains
  portal_auto_approve portal_email_verification portal_invite_email portal_access_request_email portal_approved_email
  portal_reset_email portal_reset_success_email portal_application_request_email portal_application_status_email
  proxy_server_ssl_verify request_debug smtp_mock smtp_ssl smtp_starttls tracing generate_trace_details vitals wasm
  dedicated_config_processing analytics_debug debug_listen_local cluster_fallback_config_export
  cluster_fallback_config_import nginx_daemon real_ip_recursive ssl_prefer_server_ciphers ssl_session_tickets`);

const numbers = names(`
  db_update_frequency db_update_propagation db_cache_ttl db_cache_neg_ttl db_resurrect_ttl pg_timeout pg_ro_timeout
  dns_valid_ttl dns_stale_ttl dns_cache_size dns_not_found_ttl dns_error_ttl resolver_valid_ttl resolver_stale_ttl
  resolver_error_ttl resolver_lru_cache_size lua_ssl_verify_depth lua_socket_pool_size analytics_flush_interval
  analytics_buffer_size_limit vitals_statsd_udp_packet_size vitals_prometheus_scrape_interval portal_auth_login_attempts
  portal_token_exp smtp_timeout_connect smtp_timeout_send smtp_timeout_read tracing_time_threshold
  cluster_fallback_config_export_delay`);

const lists = names(`
  port_maps ssl_cert ssl_cert_key admin_ssl_cert admin_ssl_cert_key admin_gui_ssl_cert admin_gui_ssl_cert_key
  status_ssl_cert status_ssl_cert_key debug_ssl_cert debug_ssl_cert_key portal_gui_ssl_cert portal_gui_ssl_cert_key
  portal_api_ssl_cert portal_api_ssl_cert_key db_cache_warmup_entities trusted_ips dns_resolver resolver_address vaults
  plugins lua_ssl_trusted_certificate cluster_dp_labels cluster_allowed_common_names pluginserver_names
  untrusted_lua_sandbox_requires untrusted_lua_sandbox_environment wasm_filters audit_log_ignore_methods
  audit_log_ignore_paths audit_log_ignore_tables audit_log_payload_exclude portal_cors_origins portal_smtp_admin_emails
  smtp_admin_emails tracing_types`);

const listens = names(`
  proxy_listen admin_listen admin_gui_listen status_listen debug_listen stream_listen cluster_listen
  cluster_telemetry_listen portal_gui_listen portal_api_listen`);

const sizes = names(`
  mem_cache_size ssl_session_cache_size lmdb_map_size resolver_mem_cache_size consumers_mem_cache_size`);

const secrets = names(`
  pg_password pg_ro_password pg_azure_client_secret pg_ro_azure_client_secret pg_oauth_client_secret pg_oauth_password
  pg_ro_oauth_client_secret pg_ro_oauth_password smtp_password vitals_tsdb_password keyring_vault_token
  request_debug_token`);

/** `name: values`; for lists the values are those of items. */
const values: Record<string, string> = {
  database: 'postgres off',
  role: 'traditional control_plane data_plane',
  log_level: 'debug info notice warn error crit alert emerg',
  error_default_type: 'application/json application/xml text/html text/plain',
  router_flavor: 'traditional traditional_compatible expressions',
  worker_consistency: 'strict eventual',
  cluster_mtls: 'shared pki pki_check_cn',
  cluster_ocsp: 'on off optional',
  ssl_cipher_suite: 'modern intermediate old fips custom',
  pg_ssl_version: 'tlsv1_1 tlsv1_2 tlsv1_3 any',
  pg_ro_ssl_version: 'tlsv1_1 tlsv1_2 tlsv1_3 any',
  enforce_rbac: 'on off both entity',
  admin_gui_auth: 'basic-auth key-auth ldap-auth-advanced openid-connect',
  route_validation_strategy: 'smart path off static',
  tracing_write_strategy: 'file file_raw tcp tls udp http',
  keyring_strategy: 'cluster vault',
  keyring_vault_auth_method: 'token kubernetes',
  portal_app_auth: 'kong-oauth2 external-oauth2',
};

/** Items of lists, in any letter case. */
const items: Record<string, string> = {
  dns_order: 'LAST SRV A AAAA CNAME',
  headers:
    'off server_tokens latency_tokens Via Server X-Kong-Proxy-Latency X-Kong-Response-Latency X-Kong-Admin-Latency X-Kong-Upstream-Latency X-Kong-Upstream-Status X-Kong-Request-Id',
  headers_upstream: 'off X-Kong-Request-Id',
};

/** Values worth offering that are not all there are. */
const someValues: Record<string, string> = {
  untrusted_lua: 'on off sandbox strict',
  vault_hcv_protocol: 'http https',
  vault_hcv_kv: 'v1 v2',
  vault_hcv_auth_method: 'token kubernetes approle',
  portal_gui_protocol: 'http https',
  real_ip_header: 'X-Real-IP X-Forwarded-For proxy_protocol',
};

/** Items worth offering that are not all there are. */
const someItems: Record<string, string> = {
  tracing_instrumentations:
    'off all request db_query dns_query router http_client balancer plugin_rewrite plugin_access plugin_header_filter',
  opentelemetry_tracing:
    'off all request db_query dns_query router http_client balancer plugin_rewrite plugin_access plugin_header_filter',
  plugins: 'bundled off',
  vaults: 'bundled off env aws gcp hcv azure',
  resolver_family: 'A AAAA SRV',
  lua_ssl_trusted_certificate: 'system',
};

const port: PropertyFacts = { type: 'number', min: 1, max: 65_535, whole: true };
const count: PropertyFacts = { type: 'number', min: 0, whole: true };
const upToThousand: PropertyFacts = { type: 'number', min: 1, max: 1000, whole: true };

const ranges: Record<string, PropertyFacts> = {
  pg_port: port,
  pg_ro_port: port,
  smtp_port: port,
  vault_hcv_port: { ...port, open: true },
  ...Object.fromEntries(
    ['pg_', 'pg_ro_'].flatMap((prefix) =>
      ['max_concurrent_queries', 'semaphore_timeout', 'keepalive_timeout', 'pool_size', 'backlog'].map((name) => [
        prefix + name,
        count,
      ]),
    ),
  ),
  lua_max_req_headers: upToThousand,
  lua_max_resp_headers: upToThousand,
  lua_max_uri_args: upToThousand,
  lua_max_post_args: upToThousand,
  cluster_data_plane_purge_delay: { type: 'number', min: 60 },
  cluster_max_payload: { type: 'number', min: 4_194_304 },
  upstream_keepalive_pool_size: { type: 'number', min: 0 },
  upstream_keepalive_max_requests: { type: 'number', min: 0 },
  upstream_keepalive_idle_timeout: { type: 'number', min: 0 },
  worker_state_update_frequency: { type: 'number', min: 0 },
  tracing_sampling_rate: { type: 'number', min: 0, max: 1 },
  opentelemetry_tracing_sampling_rate: { type: 'number', min: 0, max: 1 },
};

const replacedBy: Record<string, string> = {
  opentelemetry_tracing: 'tracing_instrumentations',
  opentelemetry_tracing_sampling_rate: 'tracing_sampling_rate',
  admin_api_uri: 'admin_gui_api_url',
  privileged_worker: 'dedicated_config_processing',
  router_consistency: 'worker_consistency',
};

/** Known to Kong's loader, and in no kong.conf.default. */
const undocumented: Record<string, PropertyFacts> = {
  admin_api_uri: {},
  privileged_worker: { type: 'boolean' },
  router_consistency: { values: ['strict', 'eventual'] },
  legacy_dns_client: { type: 'boolean' },
  worker_events_max_payload: { type: 'number' },
  legacy_worker_events: { type: 'boolean' },
  concurrency_timeout: { type: 'number' },
  allow_inconsistent_data_plane_plugins: { type: 'boolean' },
  cluster_rpc: { type: 'boolean' },
  cluster_cjson: { type: 'boolean' },
  kic: { type: 'boolean' },
  host_ports: {},
  ssl_protocols: {},
  portal_gui_ssl_protocols: {},
  portal_api_ssl_protocols: {},
  portal_and_vitals_key: {},
  vitals_flush_interval: { type: 'number' },
  vitals_delete_interval_pg: { type: 'number' },
  vitals_ttl_seconds: { type: 'number' },
  vitals_ttl_minutes: { type: 'number' },
  vitals_ttl_days: { type: 'number' },
};

const split = (text: string): string[] => text.split(' ');
const each = (list: readonly string[], facts: PropertyFacts): [string, PropertyFacts][] =>
  list.map((name) => [name, facts]);
const eachOf = (table: Record<string, string>, more: PropertyFacts): [string, PropertyFacts][] =>
  Object.entries(table).map(([name, text]) => [name, { ...more, values: split(text) }]);

/** What is known of how a property is read, by name. */
export function knownTypes(): Map<string, PropertyFacts> {
  const known = new Map<string, PropertyFacts>([
    ...each(booleans, { type: 'boolean' }),
    ...each(numbers, { type: 'number' }),
    ...each(lists, { type: 'list' }),
    ...each(listens, { type: 'listen' }),
    ...each(sizes, { type: 'size' }),
    ...eachOf(values, {}),
    ...eachOf(items, { type: 'list' }),
    ...eachOf(someValues, { open: true }),
    ...eachOf(someItems, { type: 'list', open: true }),
    ...Object.entries(ranges),
    ...Object.entries(undocumented).map(([name, facts]) => [name, { ...facts, undocumented: true }] as const),
  ]);
  for (const name of secrets) known.set(name, { ...known.get(name), secret: true });
  for (const [name, other] of Object.entries(replacedBy)) known.set(name, { ...known.get(name), replacedBy: other });
  return known;
}

/** Names that are only known here. */
export const undocumentedNames = Object.keys(undocumented);
