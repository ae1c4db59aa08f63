/** Tables that Kong and its bundled plugins make, open source, from 2.x to 3.x. */
const openSource = new Set(
  (
    'acls acme_storage basicauth_credentials ca_certificates certificates cluster_ca cluster_events ' +
    'clustering_data_planes clustering_rpc_requests clustering_sync_delta clustering_sync_lock clustering_sync_version ' +
    'consumers filter_chains hmacauth_credentials jwt_secrets key_sets keyauth_credentials keys locks ' +
    'oauth2_authorization_codes oauth2_credentials oauth2_tokens parameters plugins ratelimiting_metrics ' +
    'response_ratelimiting_metrics routes schema_meta services sessions sm_vaults vaults_beta snis tags targets ttls ' +
    'upstreams workspaces'
  ).split(' '),
);

/** Tables that Kong Gateway Enterprise adds. */
const enterprise = new RegExp(
  '^(' +
    [
      'admins|applications|application_instances|consumer_group.*|consumer_reset_secrets|credentials|custom_plugins',
      'degraphql_routes|developers|document_objects|event_hooks|files|graphql_ratelimiting_advanced_cost_decoration',
      'groups|group_rbac_roles|header_cert_auth_credentials|jwt_signer_jwks|keyauth_enc_credentials|key_auth_enc.*',
      'keyring_.*|konnect_applications|legacy_files|licenses?|license_data|license_llm_data|login_attempts|mtls_auth_credentials',
      'audit_.*|oic_.*|partials|plugins_partials|rbac_.*|rl_counters|upsert_.*|vault_auth_vaults|vaults|vitals_.*|vsm_.*',
      'workspace_.*',
    ].join('|') +
    ')$',
);

/** Whether a table of Kong's schema is known as Kong's own. A custom plugin's is not. */
export const isKongTable = (name: string): boolean => openSource.has(name) || enterprise.test(name);
