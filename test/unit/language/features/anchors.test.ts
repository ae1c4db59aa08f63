import type { MarkupContent } from 'vscode-languageserver-types';
import { describe, expect, test } from 'vitest';
import { definition } from '../../../../src/language/features/definition.js';
import { documentHighlights } from '../../../../src/language/features/documentHighlights.js';
import { hover } from '../../../../src/language/features/hover.js';
import { references } from '../../../../src/language/features/references.js';
import { prepareRename, rename } from '../../../../src/language/features/rename.js';
import { opened, textAt, withCursor } from '../marked.js';
import { alone, edited, places } from '../places.js';

const estate = `_format_version: "3.0"
services:
- &first
  name: a # not *tags
  host: h
  tags: &tags [x, "*tags"]
- <<: *first
  name: b
  tags: *tags
- name: c
  host: |
    *tags
  tags: [*x, y]
- {name: d, host: h, tags: *tags}
- name: e
  tags: &tags [z]
- name: f
  tags: *tags
`;

/** The cursor before the nth of some text. */
function at(
  text: string,
  nth = 0,
): { document: ReturnType<typeof opened>; position: { line: number; character: number } } {
  const marked = withCursor(
    estate
      .split(text)
      .reduce((all, part, index) => all + (index === nth + 1 ? `|${text}` : index > 0 ? text : '') + part, '')
      .replace('host: |\n', 'host: >\n'),
  );
  return { document: opened(marked.text), position: marked.position };
}

describe('anchors and aliases, whatever items they stand in', () => {
  test('an alias leads to the anchor that is meant: the last one above', async () => {
    const first = at('*tags', 2);
    expect(places(await definition(first.document, first.position, alone), first.document)).toEqual(['6 tags']);
    const merged = at('*first');
    expect(places(await definition(merged.document, merged.position, alone), merged.document)).toEqual(['3 first']);
    const last = at('*tags', 5);
    expect(places(await definition(last.document, last.position, alone), last.document)).toEqual(['16 tags']);
    const none = at('*x');
    expect(await definition(none.document, none.position, alone)).toEqual([]);
  });

  test('an anchor is referred to by its aliases, not by comments and texts', async () => {
    const { document, position } = at('&tags');
    expect(places(await references(document, position, alone, true), document)).toEqual([
      '6 tags',
      '9 tags',
      '14 tags',
    ]);
    expect(await references(document, position, alone, false)).toHaveLength(2);
    expect(documentHighlights(document, position).map(({ kind }) => kind)).toEqual([3, 2, 2]);
  });

  test('both are renamed together', async () => {
    const { document, position } = at('*tags', 2);
    const prepared = await prepareRename(document, position, alone);
    expect(prepared && textAt(document.text.slice(0, document.text.length), prepared.range)).toBe('tags');
    const edit = await rename(document, position, 'labels', alone);
    const text = edit && edited(document, edit);
    expect(text).toContain('tags: &labels [x, "*tags"]');
    expect(text?.match(/\*labels/g)).toHaveLength(2);
    expect(text).toContain('tags: &tags [z]');
    await expect(rename(document, position, 'first', alone)).rejects.toThrow(/already/);
    await expect(rename(document, position, 'a b', alone)).rejects.toThrow(/no anchor/);
  });

  test('hover says what comes from where', () => {
    const { document, position } = at('*tags', 2);
    const { value } = hover(document, position)?.contents as MarkupContent;
    expect(value).toMatch(/`&tags` on \[line 6\].*`\["x","\*tags"\]`/);
  });

  test.each([0, 1])('a comment or a text that looks like an alias is none (%i)', async (nth) => {
    const { document, position } = at('*tags', nth);
    expect(await definition(document, position, alone)).toEqual([]);
  });
});
