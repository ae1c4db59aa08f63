import { describe, expect, test } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import { completion } from '../../../../src/language/features/completion.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { opened, withCursor } from '../marked.js';

function complete(marked: string, kind: FileKind = 'deck'): CompletionItem[] {
  const { text, position } = withCursor(marked);
  return completion(opened(text, kind), position);
}

const labels = (marked: string, kind?: FileKind): string[] => complete(marked, kind).map(({ label }) => label);

describe('keys', () => {
  test('at the top, without those that are there', () => {
    const keys = labels('_format_version: "3.0"\nservices: []\n|');
    expect(keys).toEqual(expect.arrayContaining(['routes', 'plugins', '_info']));
    expect(keys).not.toContain('services');
    expect(labels('|', 'dbless')).toContain('keyauth_credentials');
  });

  test('of an entity: what is required first, lists of children too', () => {
    const keys = labels('services:\n  - name: s\n    |');
    expect(keys[0]).toBe('host');
    expect(keys).toEqual(expect.arrayContaining(['port', 'url', 'routes', 'plugins']));
    expect(keys).not.toContain('name');
  });

  test.each<[string, string, string]>([
    ['of a new item', 'services:\n  - |', 'host'],
    ['of an item level with its list', 'services:\n- |', 'host'],
    ['between other keys', 'services:\n  - name: s\n    po|\n    host: h\n', 'port'],
    ['of a nested entity', 'services:\n  - name: s\n    routes:\n      - name: r\n        |', 'paths'],
    ['of a plugin', 'plugins:\n  - name: cors\n    |', 'config'],
    ["of a plugin's configuration", 'plugins:\n  - config:\n      |\n    name: cors\n', 'max_age'],
    ['deep in a configuration', 'plugins:\n  - name: rate-limiting\n    config:\n      redis:\n        |', 'host'],
    ['of records in lists', 'plugins:\n  - name: statsd\n    config:\n      metrics:\n        - |', 'stat_type'],
    ['of maps in entities', 'upstreams:\n  - name: u\n    healthchecks:\n      active:\n        |', 'http_path'],
    ['after another entity', 'services:\n  - name: a\n    host: h\n  - name: b\n    |', 'host'],
  ])('%s', (_, marked, key) => {
    expect(labels(marked)).toContain(key);
  });

  test('of another plugin are not offered', () => {
    expect(labels('plugins:\n  - name: cors\n    config:\n      |')).not.toContain('minute');
  });

  test('replace the word, and open what they lead to', () => {
    const [item] = complete('services:\n  - name: s\n    rou|').filter(({ label }) => label === 'routes');
    const { range, newText } = item?.textEdit as TextEdit;
    expect(range).toEqual({ start: { line: 2, character: 4 }, end: { line: 2, character: 7 } });
    expect(newText).toBe('routes:\n  - ');
  });
});

describe('values', () => {
  test.each<[string, string, string[]]>([
    ['of an enum', 'services:\n  - name: s\n    protocol: |', ['http', 'https', 'grpc']],
    ['of a boolean', 'routes:\n  - strip_path: t|', ['true', 'false']],
    ['of a list of an enum', 'routes:\n  - protocols:\n      - |', ['http', 'https']],
    ['of a list in brackets', 'routes:\n  - protocols: [|', ['http', 'https']],
    ['further on in a list in brackets', 'routes:\n  - name: r\n    protocols: [http, htt|', ['http', 'https']],
    ['in a configuration', 'plugins:\n  - name: rate-limiting\n    config:\n      policy: |', ['local', 'redis']],
    ['of the header', '_format_version: |', ['"3.0"']],
    ['names of plugins', 'plugins:\n  - name: |', ['cors', 'rate-limiting']],
    ['names of nested plugins', 'services:\n  - name: s\n    plugins:\n      - name: r|', ['rate-limiting']],
  ])('%s', (_, marked, expected) => {
    expect(labels(marked)).toEqual(expect.arrayContaining(expected));
  });

  test('nothing where anything goes', () => {
    expect(labels('services:\n  - name: |')).toEqual([]);
  });
});
