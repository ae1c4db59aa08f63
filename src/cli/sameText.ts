import type { SameMeaning } from '../app.js';
import { visible } from '../core/visible.js';

/** Why something that reads differently is no difference, in words. */
export const sameReasons: Readonly<Record<SameMeaning['reason'], string>> = {
  default: 'named on one side, the default that Kong fills in on the other',
  computed: 'Kong makes it by itself',
  order: 'in another order, which does not matter',
  'older-name': 'under another name that Kong takes for the same',
  empty: 'an empty list or mapping: Kong cannot tell them apart',
  null: 'null on one side, absent on the other',
  lifetime: 'what is left of a lifetime, which gets less by itself',
  password: 'a password in clear, of which the other side holds the hash',
  'other-id': 'the same entity under another id',
  writing: 'the same value written in another way',
};

/** A line for each kind of thing that is no difference. */
export function sameText(same: readonly SameMeaning[]): string[] {
  if (same.length === 0) return ['Nothing reads differently that is no difference.'];
  const lines = same.map(({ reason, kind, path, count, example }) => {
    const what = path === '' ? kind : `${kind} ${path}`;
    return `no difference: ${count} × ${what}: ${sameReasons[reason]} (such as ${visible(example)})`;
  });
  return lines;
}
