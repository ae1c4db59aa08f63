import { expect, it } from 'vitest';
import { type SnapshotRecord, stateOf } from '../../../src/core/record.js';

const by = 'ann@desk';
const at = (day: number): string => `2026-11-0${day}T00:00:00.000Z`;
const forgotten = { kind: 'forgotten', by, deleteAfter: at(9), reason: 'r' } as const;

it('lets the newest of each kind count, in whatever order they come', () => {
  const records: SnapshotRecord[] = [
    { kind: 'pinned', pinned: false, at: at(3), by },
    { kind: 'remembered', at: at(2), by },
    { kind: 'pinned', pinned: true, at: at(1), by },
    { ...forgotten, at: at(1) },
  ];
  expect(stateOf(records)).toEqual({ pinned: false });
  expect(stateOf([...records, { ...forgotten, at: at(4) }])).toMatchObject({ forgotten: { deleteAfter: at(9) } });
});

it.each([
  { ...forgotten, at: at(1), deleteAfter: undefined },
  { ...forgotten, at: at(1), deleteAfter: 'soon' },
  { ...forgotten, at: 'now' },
  { kind: 'verified', at: at(1), by, depth: 'quick', result: 'fine', problems: [] },
  { kind: 'verified', at: at(1), by, depth: 'quick', result: 'whole' },
  { kind: 'pinned', at: at(1), by, pinned: 'yes' },
  { kind: 'described', at: at(1), by, label: 7 },
])('takes %j, which somebody edited, as not said', (record) => {
  expect(stateOf([record as unknown as SnapshotRecord])).toEqual({});
});
