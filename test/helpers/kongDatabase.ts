import { createHash, randomUUID } from 'node:crypto';
import { certificatePairs } from './certificates.js';

/** Tables of Kong 3.9 in an order in which nothing refers to what is not there yet, with their columns as PostgreSQL types. */
const tables: readonly [name: string, columns: string][] = [
  [
    'workspaces',
    'id uuid primary key, name text unique, comment text, created_at timestamptz, meta jsonb, config jsonb, updated_at timestamptz',
  ],
  [
    'schema_meta',
    'key text, subsystem text, last_executed text, executed text[], pending text[], primary key (key, subsystem)',
  ],
  [
    'cluster_events',
    'id uuid primary key, node_id uuid not null, at timestamptz not null, nbf timestamptz, expire_at timestamptz not null, channel text, data text',
  ],
  ['locks', 'key text primary key, owner text, ttl timestamptz'],
  ['parameters', 'key text primary key, value text not null, created_at timestamptz'],
  ['tags', 'entity_id uuid primary key, entity_name text, tags text[]'],
  [
    'certificates',
    'id uuid primary key, created_at timestamptz, cert text, key text, tags text[], @ws, cert_alt text, key_alt text, updated_at timestamptz',
  ],
  [
    'ca_certificates',
    'id uuid primary key, created_at timestamptz, cert text not null, tags text[], cert_digest text not null unique, updated_at timestamptz',
  ],
  [
    'snis',
    'id uuid primary key, created_at timestamptz, name text unique not null, certificate_id uuid references certificates, tags text[], @ws, updated_at timestamptz',
  ],
  [
    'services',
    'id uuid primary key, created_at timestamptz, updated_at timestamptz, name text, retries bigint, protocol text, host text, port bigint, path text, connect_timeout bigint, write_timeout bigint, read_timeout bigint, tags text[], client_certificate_id uuid references certificates, tls_verify boolean, tls_verify_depth smallint, ca_certificates uuid[], @ws, enabled boolean default true, unique (ws_id, name)',
  ],
  [
    'routes',
    "id uuid primary key, created_at timestamptz, updated_at timestamptz, name text, service_id uuid references services, protocols text[], methods text[], hosts text[], paths text[], snis text[], sources jsonb[], destinations jsonb[], regex_priority bigint, strip_path boolean, preserve_host boolean, tags text[], https_redirect_status_code integer, headers jsonb, path_handling text default 'v0', @ws, request_buffering boolean, response_buffering boolean, expression text, priority bigint, unique (ws_id, name)",
  ],
  [
    'consumers',
    'id uuid primary key, created_at timestamptz, username text, custom_id text, tags text[], @ws, updated_at timestamptz, unique (ws_id, username)',
  ],
  [
    'plugins',
    'id uuid primary key, created_at timestamptz, name text not null, consumer_id uuid references consumers on delete cascade, service_id uuid references services on delete cascade, route_id uuid references routes on delete cascade, config jsonb not null, enabled boolean not null, cache_key text unique, protocols text[], tags text[], @ws, instance_name text, updated_at timestamptz',
  ],
  [
    'upstreams',
    'id uuid primary key, created_at timestamptz, name text, hash_on text, slots integer not null, healthchecks jsonb, tags text[], algorithm text, @ws, use_srv_name boolean default false, updated_at timestamptz',
  ],
  [
    'targets',
    'id uuid primary key, created_at timestamptz, upstream_id uuid references upstreams on delete cascade, target text not null, weight integer not null, tags text[], @ws, cache_key text unique, updated_at timestamptz',
  ],
  [
    'basicauth_credentials',
    'id uuid primary key, created_at timestamptz, consumer_id uuid references consumers on delete cascade, username text, password text, tags text[], @ws',
  ],
  [
    'keyauth_credentials',
    'id uuid primary key, created_at timestamptz, consumer_id uuid references consumers on delete cascade, key text, tags text[], ttl timestamptz, @ws',
  ],
  [
    'acls',
    'id uuid primary key, created_at timestamptz, consumer_id uuid references consumers on delete cascade, "group" text, cache_key text unique, tags text[], @ws',
  ],
  [
    'jwt_secrets',
    'id uuid primary key, created_at timestamptz, consumer_id uuid references consumers on delete cascade, key text, secret text, algorithm text, rsa_public_key text, tags text[], @ws',
  ],
  [
    'oauth2_credentials',
    'id uuid primary key, created_at timestamptz, name text, consumer_id uuid references consumers on delete cascade, client_id text, client_secret text, redirect_uris text[], tags text[], client_type text, hash_secret boolean, @ws',
  ],
  [
    'oauth2_tokens',
    'id uuid primary key, created_at timestamptz, credential_id uuid references oauth2_credentials on delete cascade, service_id uuid references services on delete cascade, access_token text, refresh_token text, token_type text, expires_in integer, authenticated_userid text, scope text, ttl timestamptz, @ws',
  ],
  [
    'sessions',
    'id uuid primary key, session_id text unique, expires integer, data text, created_at timestamptz, ttl timestamptz',
  ],
  ['clustering_sync_version', 'version serial primary key'],
  [
    'clustering_sync_delta',
    'version integer references clustering_sync_version on delete cascade, type text not null, pk jsonb not null, ws_id uuid not null, entity jsonb',
  ],
];

/** Deletes by the column that says when a row is over, as rows come in; and keeps a table of all tags. */
const functions = `
create function batch_delete_expired_rows() returns trigger language plpgsql as $$
begin
  execute format('delete from %s where ctid in (select ctid from %s where %s < now() limit 2 for update skip locked)', TG_TABLE_NAME, TG_TABLE_NAME, TG_ARGV[0]);
  return null;
end $$;
create function sync_tags() returns trigger language plpgsql as $body$
begin
  if TG_OP = 'DELETE' then
    delete from tags where entity_id = OLD.id;
    return OLD;
  end if;
  insert into tags values (NEW.id, TG_TABLE_NAME, NEW.tags) on conflict (entity_id) do update set tags = excluded.tags;
  return NEW;
end $body$;`;

const tagged = [
  'services',
  'routes',
  'consumers',
  'plugins',
  'upstreams',
  'targets',
  'certificates',
  'basicauth_credentials',
];
const expiring: readonly [table: string, column: string][] = [
  ['cluster_events', 'expire_at'],
  ['keyauth_credentials', 'ttl'],
  ['oauth2_tokens', 'ttl'],
  ['sessions', 'ttl'],
];

const migrations = [
  ['core', '024_380_to_390', '{000_base,023_360_to_370,024_380_to_390}'],
  ['basic-auth', '003_200_to_210', '{000_base_basic_auth,003_200_to_210}'],
  ['key-auth', '004_320_to_330', '{000_base_key_auth,004_320_to_330}'],
];

/** The tables of a Kong of 3.9 as SQL, empty but for what its migrations write. @param schema exists. */
export function kongSchema(schema = 'public'): string {
  const made = tables.map(([name, columns]) => {
    const filled = columns.replace('@ws', 'ws_id uuid references workspaces');
    return `create table ${name} (${filled});`;
  });
  const triggers = [
    ...tagged.map(
      (table) =>
        `create trigger ${table}_sync_tags_trigger after insert or update of tags or delete on ${table} for each row execute function sync_tags();`,
    ),
    ...tagged.map((table) => `create index ${table}_tags_idx on ${table} using gin (tags);`),
    ...expiring.map(
      ([table, column]) =>
        `create trigger ${table}_ttl_trigger after insert on ${table} for each statement execute function batch_delete_expired_rows('${column}');`,
    ),
  ];
  const rows = migrations.map(
    ([subsystem, last, executed]) =>
      `insert into schema_meta values ('schema_meta', '${subsystem}', '${last}', '${executed}', '{}');`,
  );
  return [`set search_path to ${schema};`, ...made, functions, ...triggers, ...rows].join('\n');
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Texts that trip those who split or quote by hand. */
export const oddTexts = [
  'plain',
  "it's",
  'a\\.b',
  '\\.',
  'line\nbreak',
  'tab\there',
  'Straße 日本',
  '"quoted"',
  '$$',
  '-- no comment',
];

/**
 * Rows for these tables as SQL: services with routes and plugins, consumers with every kind of login.
 * @param services how many; everything else follows from it.
 */
export function kongRows(services: number): string {
  const workspace = randomUUID();
  const certificate = randomUUID();
  const upstream = randomUUID();
  const [pair] = certificatePairs;
  const lines = [
    `insert into workspaces (id, name, created_at) values ('${workspace}', 'default', now());`,
    `insert into parameters values ('cluster_id', '${randomUUID()}', now());`,
    `insert into certificates (id, cert, key, tags, ws_id) values ('${certificate}', ${text(pair?.cert ?? '')}, ${text(pair?.key ?? '')}, '{tls}', '${workspace}');`,
    `insert into snis (id, name, certificate_id, ws_id) values ('${randomUUID()}', 'a.example.com', '${certificate}', '${workspace}');`,
    `insert into upstreams (id, name, slots, healthchecks, ws_id) values ('${upstream}', 'backend', 10000, '{"active": {"type": "http", "timeout": 1.5}}', '${workspace}');`,
    `insert into targets (id, upstream_id, target, weight, ws_id) values ('${randomUUID()}', '${upstream}', '10.0.0.1:80', 100, '${workspace}');`,
    `insert into clustering_sync_version values (default), (default);`,
    `insert into cluster_events values ('${randomUUID()}', '${randomUUID()}', now(), null, now() + interval '1 hour', 'invalidations', 'services:x');`,
  ];
  for (let at = 0; at < services; at++) lines.push(...serviceRows(at, workspace));
  return lines.join('\n');
}

function serviceRows(at: number, workspace: string): string[] {
  const [service, route, consumer, application] = Array.from({ length: 4 }, () => randomUUID());
  const odd = oddTexts[at % oddTexts.length] ?? '';
  return [
    `insert into services (id, created_at, name, host, port, protocol, path, tags, ws_id) values ('${service}', now(), 'service-${at}', 'host-${at}.example', 80, 'http', ${text(odd)}, array[${text(odd)}, 't${at % 7}'], '${workspace}');`,
    `insert into routes (id, name, service_id, protocols, paths, sources, headers, ws_id) values ('${route}', 'route-${at}', '${service}', '{http,https}', '{/r-${at}}', array['{"ip": "10.0.0.0/8"}']::jsonb[], '{"x-${at}": ["a", null]}', '${workspace}');`,
    `insert into plugins (id, name, route_id, config, enabled, cache_key, protocols, ws_id) values ('${randomUUID()}', 'rate-limiting', '${route}', '{"minute": ${at}, "policy": "local"}', true, 'plugins:${at}', '{http}', '${workspace}');`,
    `insert into consumers (id, username, custom_id, ws_id) values ('${consumer}', 'consumer-${at}', ${text(`${odd}-${at}`)}, '${workspace}');`,
    `insert into basicauth_credentials (id, consumer_id, username, password, ws_id) values ('${randomUUID()}', '${consumer}', 'user-${at}', '${sha1(`pass-${at}`)}', '${workspace}');`,
    `insert into keyauth_credentials (id, consumer_id, key, ttl, ws_id) values ('${randomUUID()}', '${consumer}', 'key-${randomUUID()}', ${at % 2 ? "now() + interval '1 day'" : 'null'}, '${workspace}');`,
    `insert into acls (id, consumer_id, "group", cache_key, ws_id) values ('${randomUUID()}', '${consumer}', 'group-${at % 3}', 'acls:${at}', '${workspace}');`,
    `insert into jwt_secrets (id, consumer_id, key, secret, algorithm, ws_id) values ('${randomUUID()}', '${consumer}', 'iss-${at}', '${sha1(`secret-${at}`)}', 'HS256', '${workspace}');`,
    `insert into oauth2_credentials (id, name, consumer_id, client_id, client_secret, hash_secret, ws_id) values ('${application}', 'app-${at}', '${consumer}', 'client-${at}', '$2b$12$${sha1(`app-${at}`)}', true, '${workspace}');`,
    `insert into oauth2_tokens (id, credential_id, access_token, token_type, expires_in, ttl, ws_id) values ('${randomUUID()}', '${application}', 'token-${at}', 'bearer', 7200, now() + interval '2 hours', '${workspace}');`,
  ];
}
