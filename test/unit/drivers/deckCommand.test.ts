import { describe, expect, it } from 'vitest';
import {
  diffArguments,
  dumpArguments,
  pingArguments,
  syncArguments,
  validateArguments,
} from '../../../src/drivers/deckCommand.js';

const file = '/tmp/x/default.yaml';

describe('old words', () => {
  it.each([
    [pingArguments('old'), 'ping'],
    [validateArguments('old', file), `validate --state ${file}`],
    [dumpArguments('old', { file }), `dump --with-id --output-file ${file}`],
    [dumpArguments('old', { file, workspace: 'a' }), `dump --with-id --output-file ${file} --workspace a`],
    [diffArguments('old', { file }), `diff --state ${file} --no-color`],
    [syncArguments('old', { file, workspace: 'a' }), `sync --state ${file} --workspace a --no-color`],
  ])('%#', (args, expected) => expect(args.join(' ')).toBe(expected));
});

describe('new words', () => {
  it.each([
    [pingArguments('new'), 'gateway ping'],
    [validateArguments('new', file), `file validate ${file}`],
    [dumpArguments('new', { file }), `gateway dump --with-id --output-file ${file}`],
    [diffArguments('new', { file }), `gateway diff ${file} --no-mask-deck-env-vars-value --json-output`],
    [
      syncArguments('new', { file, workspace: 'a', selectTags: ['t'] }),
      `gateway sync ${file} --workspace a --select-tag t --no-mask-deck-env-vars-value --no-color`,
    ],
  ])('%#', (args, expected) => expect(args.join(' ')).toBe(expected));
});

describe('tags', () => {
  it('gives each a flag of its own, in the CSV that decK reads there', () => {
    const args = dumpArguments('new', { file, selectTags: ['team a', 'say "hi"', 'plain'] });
    expect(args.slice(-6)).toEqual([
      '--select-tag',
      '"team a"',
      '--select-tag',
      '"say ""hi"""',
      '--select-tag',
      'plain',
    ]);
  });
});
