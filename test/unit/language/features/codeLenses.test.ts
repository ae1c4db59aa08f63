import { expect, test } from 'vitest';
import { codeLenses, resolveCodeLens, type LensCommands } from '../../../../src/language/features/codeLenses.js';
import { atOnce } from '../../../../src/language/steps.js';
import { opened } from '../marked.js';

const document = opened(`services:
  - name: orders
    host: backend
    routes:
      - name: a
        service: { name: orders }
      - name: b
    plugins:
      - name: cors
  - name: lonely
    host: h
routes:
  - name: c
    service: { name: orders }
plugins:
  - name: acl
    consumer: ann
consumers:
  - username: ann
    keyauth_credentials:
      - key: k
  - username: bob
upstreams:
  - name: backend
    targets:
      - target: a:1
`);

const lensCommands = { uses: 'u', compare: 'c', history: 'h', restore: 'r' };

const titles = (commands?: LensCommands): string[] =>
  atOnce(codeLenses(document, commands)).map((lens) => {
    const { range, command } = resolveCodeLens(document, lens, commands);
    return `${range.start.line + 1} ${command?.title}`;
  });

test('what an entity holds and what refers to it', () => {
  expect(titles()).toEqual([
    '2 3 routes · 1 plugin',
    '10 0 routes',
    '19 1 key-auth credential · 1 plugin',
    '22 not used',
    '24 1 target · 1 service',
  ]);
});

test('commands for a client that has them', () => {
  expect(titles(lensCommands).slice(0, 4)).toEqual([
    '2 3 routes · 1 plugin',
    '2 Compare with …',
    '2 History …',
    '2 Restore this entity …',
  ]);
  const [uses, compare, history, restore] = atOnce(codeLenses(document, lensCommands)).map(
    (lens) => resolveCodeLens(document, lens, lensCommands).command,
  );
  expect(uses?.command).toBe(lensCommands.uses);
  expect(uses?.arguments?.[2]).toHaveLength(4);
  expect(compare?.arguments).toEqual([document.uri]);
  expect(history?.arguments).toEqual(['default', 'services', 'orders']);
  expect(restore?.arguments).toEqual([document.uri, 'default', 'services', 'orders']);
});

test('a client that has few commands sees few lenses', () => {
  expect(titles({ uses: 'u' })).toEqual(titles());
});

test('an entity that is gone by then has nothing to say', () => {
  const [lens] = atOnce(codeLenses(document, lensCommands));
  expect(resolveCodeLens(opened('services: []\n'), lens!, lensCommands).command?.title).toBe('');
});
