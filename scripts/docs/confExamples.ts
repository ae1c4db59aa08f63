import type { ConfCode } from '../../src/language/kongConf/confCodes.js';

/** A kong.conf for each code that gives that code. A test holds them to it, and the docs show them. */
export const confExamples: Readonly<Record<ConfCode, string>> = {
  'unknown-property': 'log_levle = notice',
  'not-in-version': 'vitals = on',
  'deprecated-property': 'opentelemetry_tracing = all',
  'duplicate-property': 'pg_port = 5432\npg_port = 5433',
  'not-a-property': 'log_level notice',
  'wrong-value': 'log_level = loud',
  'cut-value': 'pg_user = kong#1',
  'quoted-value': 'pg_host = "db.internal"',
  contradiction:
    'role = control_plane\ncluster_cert = /etc/kong/cluster.crt\ncluster_cert_key = /etc/kong/cluster.key\ndatabase = off',
  'plaintext-secret': 'pg_password = hunter2',
  'unknown-comment': '# kong-backup: ignore plaintext',
};
