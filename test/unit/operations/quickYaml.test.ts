import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/json.js';
import { writeDeckFile } from '../../../src/estate/deckWriter.js';
import type { Entity } from '../../../src/estate/entity.js';
import { readYaml } from '../../../src/estate/yamlRead.js';
import { quickYaml, readingOf } from '../../../src/operations/quickYaml.js';
import { estates } from '../../helpers/randomEstate.js';

vi.setConfig({ testTimeout: 60_000 });
const numRuns = Number(process.env['KONG_BACKUP_RUNS'] ?? 20);

/** Of which readers of YAML think differently. */
const words = [
  ...['y', 'Y', 'n', 'yes', 'No', 'on', 'OFF', 'true', 'False', 'null', 'NULL', '~', '', ' ', '=', '<<', '__proto__'],
  ...[
    '0x50',
    '0o17',
    '0120',
    '0b101',
    '1_000',
    '_1',
    '1:20',
    '8e1',
    '80.0',
    '.5',
    '5.',
    '+1',
    '-0',
    '1e3',
    '1e999',
    '.inf',
    '.nan',
  ],
  ...[
    '9007199254740993',
    '2024-01-01',
    '12:30:45',
    '# none',
    'a # b',
    'a: b',
    '- a',
    '? a',
    '!!str 1',
    '&a',
    '*a',
    '|',
    '>-',
    '%x',
  ],
  ...[
    "it's",
    '"',
    '\\',
    'a\nb',
    'a\n',
    '\n',
    '\t',
    'a\u0085b',
    '\u2028',
    '\ufeff',
    '\u0007',
    '日本',
    '[a]',
    '{a',
    'a,b',
    '@',
    '`',
  ],
];
const text = fc.oneof(fc.constantFrom(...words), fc.string(), fc.string({ unit: 'binary', maxLength: 8 }));
const value = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.constantFrom<Json>(true, false, null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 3 }),
  ),
})).any;

const written = (estate: readonly Entity[]): string => [...writeDeckFile(estate, { formatVersion: '3.0' })].join('');

describe('the quick reader of YAML', () => {
  it('reads all that our engine writes of an estate, and reads it as the whole one does', () => {
    fc.assert(
      fc.property(estates(), (estate) => {
        const file = written(estate);
        const quick = quickYaml(file);
        expect(quick).toBeDefined();
        expect(quick).toEqual(readYaml(file, 'kong.yaml'));
      }),
      { numRuns },
    );
  });

  it('says of whatever stands in a plugin what the whole one does, or nothing', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.dictionary(text, value, { maxKeys: 4 }), text, (config, tag) => {
        const fields: JsonObject = { id: '00000000-0000-4000-8000-000000000001', name: 'own', config, tags: [tag] };
        const file = written([{ kind: 'plugins', fields }]);
        const quick = quickYaml(file);
        if (quick === undefined) return;
        read++;
        expect(quick).toEqual(readYaml(file, 'kong.yaml'));
      }),
      { numRuns: numRuns * 20 },
    );
    expect(read).toBeGreaterThan(numRuns);
  });

  it('is for what our engine wrote, and leaves a key that stands twice to the whole one', () => {
    expect(readingOf({ id: 'admin-api' }).parse).toBe(quickYaml);
    expect(readingOf({ id: 'deck' }).parse).toBeUndefined();
    expect(quickYaml('_format_version: "3.0"\nservices:\n- name: a\n  name: b\n')).toBeUndefined();
  });
});
