import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/change.js';
import { formatBytes, planData, planText, plural, shortLabel, table } from '../../../src/cli/text.js';

const plan: Plan = {
  workspaces: [
    {
      workspace: 'default',
      exists: false,
      unchanged: 4,
      changes: [
        { action: 'create', workspace: 'default', kind: 'services', label: 'a', id: '1', after: { name: 'a' } },
        {
          action: 'update',
          workspace: 'default',
          kind: 'keyauth_credentials',
          label: 'key of ada',
          id: '2',
          before: { key: 'old-key', ttl: null },
          after: { key: 'new-key', ttl: 60 },
          fields: [
            { path: 'key', before: 'old-key', after: 'new-key' },
            { path: 'ttl', before: null, after: 60 },
          ],
        },
      ],
    },
  ],
};

describe('a plan', () => {
  it('reads line by line, without secrets', () => {
    expect(planText(plan)).toBe(
      [
        'default: 2 changes, 4 equal (the workspace will be created)',
        '  + services a',
        '  ~ keyauth_credentials key of ada',
        '      key: changed',
        '      ttl: null → 60',
      ].join('\n'),
    );
  });

  it('is data without secrets too', () => {
    expect(JSON.stringify(planData(plan))).not.toMatch(/old-key|new-key/);
    expect(planData(plan).workspaces[0]?.changes[1]?.after).toEqual({ key: '•••', ttl: 60 });
  });
});

describe('words and numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [29_700, '30 kB'],
    [1_250_000, '1.3 MB'],
    [5e12, '5.0 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('makes no column wider for what ends a row', () => {
    const rows = [
      ['a', '36 kB', '90 entities', 'whole'],
      ['bb', 'damaged', 'what went wrong, at length'],
    ];
    expect(table(rows)).toBe('a   36 kB    90 entities  whole\nbb  damaged  what went wrong, at length');
  });

  it('stand in columns', () => {
    expect(
      table([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toBe('a    bb\nccc  d   e');
    expect([plural(1, 'change'), plural(2, 'change')]).toEqual(['1 change', '2 changes']);
  });
});

it('cuts a label that is longer than a line takes, and writes out what cannot be seen', () => {
  expect(shortLabel('before the upgrade')).toBe('before the upgrade');
  expect(shortLabel('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`);
  expect(table([['id', shortLabel('a\nb\u001b[31m')]])).toBe('id  a\\u000ab\\u001b[31m');
});
