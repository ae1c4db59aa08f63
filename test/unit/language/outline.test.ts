import { expect, test } from 'vitest';
import { outlineOf, pathOfItem, type OutlineItem, type OutlineList } from '../../../src/language/outline.js';
import { scanOutline } from '../../../src/language/outlineScan.js';
import { atOnce } from '../../../src/language/steps.js';
import { opened, textAt } from './marked.js';

const text = `# An estate.
_format_version: "3.0"
services:
- host: h
  name: "orders"  # the first
  path: |
    - name: not one
      routes:
  routes:
    - name: list
      paths: [/]
      plugins:
      # of the route
      - name: cors

      - config:
          name: not this
          list:
          - name: nor this
        name: acl
    - id: 5f9d2a4e-0000-4000-8000-000000000001
  plugins:
  - name: 'key-auth'
-   name: payments
    routes: []
- { name: flow, host: h }

consumers:
  - username: ann
    acls:
      - group: staff
    plugins:
  - custom_id: bob
certificates:
  - cert: |
      -----BEGIN CERTIFICATE-----
      - name: x
    key: |
      text
    snis:
      - name: a.test
upstreams:
  - name: backend
    targets:
      - target: 10.0.0.1:80
        weight: 1
`;

const shown = (text: string, item: OutlineItem): unknown => ({
  path: pathOfItem(item).join('.'),
  label: item.label,
  text: textAt(text, item.range),
  selected: textAt(text, item.labelRange),
  children: item.children.map((child) => shown(text, child)),
});

const outline = (text: string, of: typeof outlineOf | typeof scanOutline): unknown =>
  atOnce<OutlineList[] | undefined>(of(opened(text)))?.map(({ kind, keyRange, range, items }) => ({
    kind,
    key: textAt(text, keyRange),
    text: textAt(text, range),
    items: items.map((item) => shown(text, item)),
  }));

test.each([
  ['lines that end in one character', text],
  ['and in two', text.replaceAll('\n', '\r\n')],
  ['a file that ends early', text.trimEnd()],
])('read by its lines, a file is as when it is read with care: %s', (_, each) => {
  const withCare = outline(each, outlineOf) as { items: unknown[] }[];
  const ofFlow = { path: 'services.2', label: 'flow', text: '{ name: flow, host: h }' };
  const byLines = outline(each, scanOutline);
  expect(byLines).toMatchObject(
    withCare.map((list) => ({
      ...list,
      items: list.items.map((item) => ((item as { label: string }).label === 'flow' ? ofFlow : item)),
    })),
  );
});

test('what is longer than is read with care is read by its lines', () => {
  const long = `${text}plugins:\n${'  - name: cors\n    config: {}\n'.repeat(8000)}`;
  const lists = atOnce(outlineOf(opened(long)));
  expect(lists.map(({ kind, items }) => [kind, items.length])).toContainEqual(['plugins', 8000]);
  expect(lists[0]?.items[0]?.children[0]?.label).toBe('list');
});

test('JSON is no matter of lines', () => {
  expect(atOnce(scanOutline(opened('{"services": [{"name": "a"}]}')))).toBeUndefined();
  expect(atOnce(outlineOf(opened('{"services": [{"name": "a"}]}')))[0]?.items[0]?.label).toBe('a');
});

test('a further document is none of Kong’s', () => {
  const two = '---\nservices:\n- name: a\n---\nservices:\n- name: b\n';
  expect(atOnce(scanOutline(opened(two)))?.flatMap(({ items }) => items.map(({ label }) => label))).toEqual(['a']);
});
