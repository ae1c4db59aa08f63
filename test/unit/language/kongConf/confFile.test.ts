import { expect, test } from 'vitest';
import { readConf } from '../../../../src/language/kongConf/confFile.js';

const read = (text: string): [string, string][] =>
  readConf(text).properties.map(({ name, text: value }) => [name, value]);

test.each([
  ['log_level = notice', [['log_level', 'notice']]],
  ['  log_level=notice  ', [['log_level', 'notice']]],
  ['log-level = notice', [['log_level', 'notice']]],
  ['pg_host = db # the database', [['pg_host', 'db']]],
  ['pg_password = a\\#b', [['pg_password', 'a#b']]],
  ['pg_password = a#b', [['pg_password', 'a']]],
  ['# pg_host = db\n; pg_host = db\n\n', []],
  [
    'proxy_listen = 0.0.0.0:8000, \\\n  # both\n  0.0.0.0:8443 ssl',
    [['proxy_listen', '0.0.0.0:8000,   0.0.0.0:8443 ssl']],
  ],
  ['nginx_http_log_format = a "$x=1"', [['nginx_http_log_format', 'a "$x=1"']]],
  [
    'pg_host =\r\npg_port = 1\r\n',
    [
      ['pg_host', ''],
      ['pg_port', '1'],
    ],
  ],
])('reads %j as Kong does', (text, properties) => {
  expect(read(text)).toEqual(properties);
});

test('says where each part stands', () => {
  const text = '\n  pg_host =  db  # x\n';
  const [property] = readConf(text).properties;
  expect(property && text.slice(property.key.start, property.key.end)).toBe('pg_host');
  expect(property && text.slice(property.value.start, property.value.end)).toBe('db');
});

test('knows headings, sections and lines that are neither', () => {
  const { headings, sections, strays, properties } = readConf(
    '#------\n# GENERAL\n#------\na = 1\nnothing\n[x]\nb = 1\n',
  );
  expect(headings.map(({ title }) => title)).toEqual(['GENERAL']);
  expect([sections.length, strays.length]).toEqual([1, 1]);
  expect(properties.map(({ lost }) => lost)).toEqual([false, true]);
});
