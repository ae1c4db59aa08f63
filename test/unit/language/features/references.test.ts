import { expect, test } from 'vitest';
import { documentHighlights } from '../../../../src/language/features/documentHighlights.js';
import { references } from '../../../../src/language/features/references.js';
import { opened, withCursor } from '../marked.js';
import { alone, named, places, together } from '../places.js';

const estate = `services:
  - name: |s1
    id: 5f9d2a4e-0000-4000-8000-000000000001
    host: backend
    tags: [team-a]
    routes:
      - name: nested
        service: { name: s1 }
routes:
  - name: flat
    service:
      id: 5f9d2a4e-0000-4000-8000-000000000001
    tags: [team-a, team-b]
plugins:
  - name: cors
    service: s1
upstreams:
  - name: backend
`;

/** The estate with the cursor before the first `word`. */
const at = (word: string): string => estate.replace('|', '').replace(word, `|${word}`);

async function referencesIn(marked: string, withDeclaration = true): Promise<string[]> {
  const { text, position } = withCursor(marked);
  const document = opened(text);
  return places(await references(document, position, alone, withDeclaration), document);
}

test('by name and by id, in every form', async () => {
  const id = '5f9d2a4e-0000-4000-8000-000000000001';
  expect(await referencesIn(estate)).toEqual(['2 s1', '8 s1', `12 ${id}`, '16 s1']);
  expect(await referencesIn(estate, false)).toEqual(['8 s1', `12 ${id}`, '16 s1']);
});

test('an upstream is referred to by hosts', async () => {
  expect(await referencesIn(at('backend'))).toEqual(['4 backend', '18 backend']);
  expect(await referencesIn('services:\n  - name: s\n    host: n|one.test\n')).toEqual([]);
});

test('a tag wherever it stands, be it the one that decK selects by', async () => {
  const marked = `_info:\n  select_tags: [tea|m-a]\n${estate.replace('|', '')}`;
  expect(await referencesIn(marked)).toEqual(['2 team-a', '7 team-a', '15 team-a']);
});

test('a vault by the values that are in it', async () => {
  const text =
    'vaults:\n  - name: env\n    prefix: my|-env\nplugins:\n  - name: x\n    config:\n      a: "{vault://my-env/a}"\n      b: ["{vault://my-env-2/b}"]\n';
  expect(await referencesIn(text)).toEqual(['3 my-env', '7 my-env']);
});

test('in the files that decK merges, but not in those of another gateway', async () => {
  const { text, position } = withCursor('services:\n  - name: s|1\n');
  const document = named('services.yaml', text);
  const routes = named('routes.yaml', 'routes:\n  - name: r\n    service: { name: s1 }\n');
  const another = named(
    'prod.yaml',
    'services:\n  - name: s1\n    routes:\n      - name: q\n        service: { name: s1 }\n',
  );
  const found = await references(document, position, together(routes, another), true);
  expect(places(found, document, routes, another)).toEqual(['services.yaml:2 s1', 'routes.yaml:3 s1']);
});

test('highlights are those of the file, where the name is given and where it is used', () => {
  const { text, position } = withCursor(estate);
  expect(documentHighlights(opened(text), position).map(({ range, kind }) => [range.start.line + 1, kind])).toEqual([
    [2, 3],
    [8, 2],
    [12, 2],
    [16, 2],
  ]);
});
