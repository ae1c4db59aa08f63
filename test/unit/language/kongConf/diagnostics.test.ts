import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { confDiagnostics } from '../../../../src/language/kongConf/diagnostics.js';
import { conf, confFacts } from './conf.js';
import { textAt } from '../marked.js';

const found = (text: string, version?: string): string[] =>
  confDiagnostics(conf(text, version)).map(({ code, severity, range }) => `${code} ${severity} ${textAt(text, range)}`);

describe('what is said of a kong.conf', () => {
  test.each([
    ['log_levle = notice', ['unknown-property 2 log_levle']],
    ['my_plugin_setting = 1', ['unknown-property 3 my_plugin_setting']],
    ['new_dns_client = on', ['not-in-version 2 new_dns_client'], '3.4'],
    ['vitals = on', ['not-in-version 2 vitals']],
    ['opentelemetry_tracing = all', ['deprecated-property 2 opentelemetry_tracing']],
    ['pg_port = 1\npg_port = 2', ['duplicate-property 2 pg_port = 1']],
    ['log_level = loud', ['wrong-value 1 loud']],
    ['pg_ssl = yes', ['wrong-value 2 yes']],
    ['pg_port = 5432x', ['wrong-value 1 5432x']],
    ['pg_port = 70000', ['wrong-value 1 70000']],
    ['lua_max_uri_args = 1001', ['wrong-value 1 1001']],
    ['mem_cache_size = 128 megabytes', ['wrong-value 1 128 megabytes']],
    ['proxy_listen = 0.0.0.0:8000, 0.0.0.0:8443 sll', ['wrong-value 1 0.0.0.0:8443 sll']],
    ['admin_listen = 127.0.0.1', ['wrong-value 1 127.0.0.1']],
    ['admin_listen = [::1]:99999', ['wrong-value 1 [::1]:99999']],
    ['port_maps = 80:8000, 443', ['wrong-value 1 443']],
    ['trusted_ips = 10.0.0.0/8, 300.1.1.1', ['wrong-value 1 300.1.1.1']],
    ['dns_order = LAST, AAA', ['wrong-value 1 AAA']],
    ['pg_host = "db"', ['quoted-value 2 "db"']],
    ['pg_user = a#b', ['cut-value 2 #b']],
    ['pg_password = hunter2', ['plaintext-secret 3 hunter2']],
    ['nonsense', ['not-a-property 2 nonsense']],
    ['role = data_plane\ncluster_cert = a\ncluster_cert_key = b\ndatabase = postgres', ['contradiction 1 postgres']],
    ['role = control_plane\ncluster_cert = a', ['contradiction 2 control_plane']],
    ['role = control_plane\ncluster_cert = a\ncluster_cert_key = b\ndatabase = off', ['contradiction 1 off']],
    ['database = off', ['contradiction 3 off']],
    ['declarative_config = /kong.yml', ['contradiction 2 /kong.yml']],
    ['ssl_cert = a.crt', ['contradiction 2 a.crt']],
  ])('%j', (text, expected, version?: string) => {
    expect(found(text, version).sort()).toEqual([...expected].sort());
  });

  test.each([
    'pg_password = {vault://env/pg-password}',
    'log_level = {vault://env/level}',
    'nginx_http_client_max_body_size = 10m',
    'nginx_proxy_proxy_buffer_size = "16k"',
    'pluginserver_mine_socket = /tmp/mine.socket',
    'proxy_listen = off',
    'proxy_listen = 0.0.0.0:8000 reuseport backlog=16384, [::]:8443 http2 ssl ipv6only=on',
    'stream_listen = 0.0.0.0:9000 udp reuseport',
    'pg_host =',
    'headers = Server_Tokens, x-kong-request-id',
  ])('nothing: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  test.each(confFacts.versions)('nothing wrong with the defaults of Kong %s', (version) => {
    const lines = Object.entries(confFacts.properties).flatMap(([name, { default: value, defaults }]) => {
      const kongs = defaults ? Object.values(defaults)[0] : value;
      return kongs === undefined || kongs.startsWith('<') ? [] : [`${name} = ${kongs}`];
    });
    const wrong = confDiagnostics(conf(lines.join('\n'), version)).filter(({ code }) => code === 'wrong-value');
    expect(wrong.map(({ message }) => message)).toEqual([]);
  });
});

describe('what a person decided counts in a kong.conf too', () => {
  test.each([
    ['on the line', 'pg_user = a#b # kong-backup: ignore cut-value', []],
    [
      'above it',
      '# kong-backup: ignore cut-value\npg_user = a#b\npg_password = a#b',
      ['cut-value', 'plaintext-secret'],
    ],
    ['in the file', 'pg_user = a#b\n# kong-backup: ignore-file cut-value', []],
    ['a comment that says nothing', '# kong-backup: ignore cut', ['unknown-comment']],
  ])('%s', (_, text, expected) => {
    const codes = confDiagnostics(conf(text)).map(({ code }) => code);
    expect(codes.sort()).toEqual(expected);
  });

  test('settings', () => {
    const rules = { severity: { 'cut-value': 'error', 'plaintext-secret': 'off' } } as const;
    const said = confDiagnostics(conf('pg_password = a#b'), rules).map(({ code, severity }) => [code, severity]);
    expect(said).toEqual([['cut-value', 1]]);
  });
});

const given = path.join(__dirname, '../../../../../shared/kong-facts/kong-conf-properties.json');

test.skipIf(!existsSync(given))('every property that a version has is known in it', () => {
  const versions = JSON.parse(readFileSync(given, 'utf8')) as Record<string, Record<string, unknown>>;
  for (const [version, properties] of Object.entries(versions)) {
    const lines = Object.keys(properties).map((name) => `${name} = `);
    const codes = confDiagnostics(conf(lines.join('\n'), version)).map(({ code, message }) => `${code} ${message}`);
    expect(codes.filter((code) => /^(unknown-property|not-in-version)/.test(code))).toEqual([]);
  }
});
