import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { deckNew } from '../../scripts/tools/deckNew.js';
import type { Json, JsonObject } from '../../src/core/json.js';
import { readDeckFile } from '../../src/estate/deckFile.js';
import { writeDeckFile } from '../../src/estate/deckWriter.js';
import type { Entity } from '../../src/estate/entity.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';

/** What is written here has to be for decK what it is for us, and what decK reads from a file, we have to read from it. */
const { path: deck, describeTool } = await requireTool(deckNew);

const run = promisify(execFile);

/** The `config` of each plugin of a file, by the plugin's name, as decK's own reader has it. */
async function readByDeck(text: string): Promise<Map<string, Json>> {
  const folder = await temporaryFolder();
  const [file, output] = [path.join(folder, 'kong.yaml'), path.join(folder, 'out.json')];
  await writeFile(file, text);
  const env = { ...process.env, DECK_ANALYTICS: 'off' };
  await run(deck, ['file', 'render', file, '--format', 'json', '--output-file', output], { env });
  // JSON is YAML: one reader for both.
  return byName(readDeckFile(await readFile(output, 'utf8'), output).entities);
}

const byName = (entities: readonly Entity[]): Map<string, Json> =>
  new Map(entities.map(({ fields }) => [String(fields.name), fields.config ?? null]));

const nasty: readonly (string | number)[] = [
  '#c\nfoo', '# only\n', '\n', '\n\n', '\n#x', ' lead\nx', 'a\n', 'a\n\n', 'a\n\nb', 'x \ny ', 'l1\n  l2\n', 'a\n# b\nc', 'a\n  # b\nc', 'x\na #b', 'x\n\t#b', 'a\nb: #c', 'a\n{{ b }}',
  'a\n ', 'a\n   \nb', '---\nfoo', '...\nfoo', 'a\n---\nb', 'a\n...\nb', 'k: v\nfoo', '- a\n- b', '|\nx', '> x\ny', '%a\nb',
  'multi\r\nline', 'a\rb', '\ttab', 'tab\tin', 'a\tb\nc\td', '\u0085', 'a\u0085b\nc', '\u2028', '\ufeff', '\ufeffa\nb',
  '\u0000', 'a\u007f', 'é', '😀', 'e1', '1e3', '1e-7', '8e1', '=', '<<', '~', 'null', 'null ', ' x', 'x:', 'a: b', 'a #b',
  '---', '- a', '?', '? a', 'a ? b', '!x', '&a', '*a', '%a', '@a', '`a', "it's", '"q"', '{a}', '[a]', 'a,b', 'yes', 'Y', 'n',
  'NO', 'off', '.5', '_1', '0x1', '0o7', '010', '1_0', '1:20', '1:20:30.5', '2020-01-01', '2020-01-01T00:00:00Z', 'a\\n',
  '| x', 'foo - bar', 'x -', '{{x}}', '$(a.b)', '/a b', 'TRUE', '.inf', '.NaN', '+1', '-', '-1', '',
  1e-7, 1e21, 1.5e-9, -2e-10, 0.1, 123456789012345, -1,
]; // prettier-ignore

/** Plain scalars as somebody may have written them by hand. */
const plain = [
  '1e-05', '8e1', '1e3', '1E+3', '1.e2', '.5e1', '1.5', '1.0e-7', '-1e2', '+12', '010', '0o17', '0x1F', '0b101', '1_000',
  '1_0.5', '089', '1:20', '1:20:30', '1.2.3', '1e', 'e1', '.', '..5', '-.5', '0', '-0', '00', 'yes', 'No', 'y', 'ON', 'off',
  'true', 'TRUE', '~', 'null', 'Null', 'NULL', '=', '1e400', '18446744073709551615', '0x', '-0x1f', '1__0', '_1', '1_',
]; // prettier-ignore

describeTool("decK's reader", () => {
  it('has the same of every text and number that is written', async () => {
    const entities = nasty.map((value, index): Entity => {
      const config: JsonObject = { value, list: [value], map: { inner: [[value], { value }] } };
      return { kind: 'plugins', fields: { id: `p${index}`, name: `plugin-${index}`, config } };
    });
    const text = [...writeDeckFile(entities, { formatVersion: '3.0' })].join('');
    const wanted = byName(entities);
    expect(byName(readDeckFile(text, 'kong.yaml').entities)).toEqual(wanted);
    expect(await readByDeck(text)).toEqual(wanted);
  });

  it('takes the same plain words for numbers, flags and texts', async () => {
    const lines = plain.map(
      (word, index) => `- name: plugin-${index}\n  config: {word: ${JSON.stringify(word)}, value: ${word}}\n`,
    );
    const text = `_format_version: "3.0"\nplugins:\n${lines.join('')}`;
    const ours = byName(readDeckFile(text, 'kong.yaml').entities);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(await readByDeck(text)));
  });
});
