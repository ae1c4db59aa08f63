import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Change } from '../../../src/core/change.js';
import { isObject, type Json, type JsonObject } from '../../../src/core/json.js';
import { readDeckFile } from '../../../src/estate/deckFile.js';
import { writeDeckFile } from '../../../src/estate/deckWriter.js';
import type { Entity } from '../../../src/estate/entity.js';
import { scanTop } from '../../../src/estate/topText.js';
import type { Content } from '../../../src/operations/compareContent.js';
import { differingEntities } from '../../../src/operations/compareText.js';
import { readRegularValue } from '../../../src/language/regularValue.js';
import { planWorkspaces } from '../../../src/operations/planWorkspaces.js';
import { estates } from '../../helpers/randomEstate.js';
import { facts } from '../estate/shippedFacts.js';

vi.setConfig({ testTimeout: 60_000 });

const read = (text: string): Entity[] => readDeckFile(text, 'kong.yaml', { allowEmpty: true, literal: true }).entities;
const contentOf = (text: string): Content => ({
  entities: () => read(text),
  text: {
    scanned: () => scanTop(Buffer.from(text).toString('latin1')),
    read: (part) => read(Buffer.from(part, 'latin1').toString('utf8')),
    parse: (part) => readRegularValue(Buffer.from(part, 'latin1').toString('utf8'), false)?.value,
  },
});

interface Planned {
  changes: Change[];
  unchanged: number;
}

const plan = (live: Entity[], desired: Entity[], equal = 0): Planned => {
  const side = { workspace: 'default', exists: true, unknownKinds: new Set<string>() };
  const options = { facts, deleteGatewayWide: true, keepNothing: true };
  const [planned] = planWorkspaces([{ ...side, live, desired }], options).plan.workspaces;
  return { changes: planned?.changes ?? [], unchanged: (planned?.unchanged ?? 0) + equal };
};

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Ids that were made while reading are others each time. */
const essence = ({ changes, unchanged }: Planned, known: string): unknown => ({
  unchanged,
  changes: changes
    .map(({ action, workspace, kind, label, id, before, after, fields }) => {
      const said = JSON.stringify({ action, workspace, kind, label, id, before, after, fields });
      return said.replace(uuid, (id) => (known.includes(id) ? id : 'made'));
    })
    .sort(),
});

/** Changes that were told by their lines alone. */
let told = 0;

/** All ways to the same answer. */
function expectSame(before: string, after: string): boolean {
  const fast = differingEntities(contentOf(before), contentOf(after));
  if (!fast) return false;
  const known = before + after;
  const whole = essence(plan(read(before), read(after)), known);
  expect(essence(plan(fast.live, fast.desired, fast.equal), known)).toEqual(whole);
  const byValues = differingEntities(contentOf(before), contentOf(after), { workspace: 'default', facts });
  if (!byValues) throw new Error('It was read in parts, and is no more.');
  const left = plan(byValues.live, byValues.desired, byValues.equal);
  expect(essence({ ...left, changes: [...left.changes, ...byValues.changes] }, known)).toEqual(whole);
  told += byValues.changes.length;
  return true;
}

/** Some of the numbers, switches and words are others, at the top and inside. */
function withOtherValues(fields: JsonObject, what: number): JsonObject {
  const other = Object.entries(fields).map(([name, value], index): [string, Json] => {
    if (index % 3 !== what % 3) return [name, value];
    if (typeof value === 'number') return [name, value + 1];
    if (typeof value === 'boolean') return [name, !value];
    if (isObject(value) && name === 'config') return [name, withOtherValues(value, what + 1)];
    return [name, typeof value === 'string' && !/id$|name|key/.test(name) && value.length < 20 ? `${value}x` : value];
  });
  return Object.fromEntries(other);
}

const changedSome = (estate: readonly Entity[], mask: readonly number[]): Entity[] =>
  estate.flatMap((entity, index) => {
    const what = mask[index % mask.length] ?? 0;
    if (
      what === 1 &&
      !estate.some((other) => JSON.stringify(other).includes(`"id":"${String(entity.fields['id'])}"},`))
    )
      return [];
    if (what >= 4) return [{ ...entity, fields: withOtherValues(entity.fields, what) }];
    return what === 2 && entity.kind !== 'consumer_group_consumers'
      ? [{ ...entity, fields: { ...entity.fields, tags: ['changed'] } }]
      : [entity];
  });

/** Those whose parents are there. */
function closed(estate: readonly Entity[]): Entity[] {
  const ids = new Set(estate.map(({ fields }) => fields['id']));
  const left = estate.filter(({ fields }) =>
    Object.values(fields).every((value) => !isObject(value) || typeof value['id'] !== 'string' || ids.has(value['id'])),
  );
  return left.length === estate.length ? left : closed(left);
}

const textOf = (estate: readonly Entity[]): string => [...writeDeckFile(estate, { formatVersion: '3.0' })].join('');

/** Without ids nobody can tell two entries of one certificate apart. */
function hasTwins(estate: readonly Entity[]): boolean {
  const certificates = estate.filter(({ kind }) => kind === 'certificates').map(({ fields }) => fields['cert']);
  return new Set(certificates).size < certificates.length;
}

/** Items that say more than their id, without it. What refers to an id goes on doing so. */
const withoutIds = (text: string): string =>
  text.replace(/^( *)- id: .*\n\1 {2}(?=\S)/gm, '$1- ').replace(/^ +id: [0-9a-f-]{36}\n/gm, '');

describe('reading only what differs', () => {
  it('finds what reading all finds, on any two estates with ids', () => {
    let taken = 0;
    const masks = fc.array(fc.nat({ max: 9 }), { minLength: 5, maxLength: 11 });
    fc.assert(
      fc.property(estates(), masks, fc.boolean(), (estate, mask, shuffled) => {
        const other = closed(changedSome(estate, mask));
        if (expectSame(textOf(estate), textOf(shuffled ? other.reverse() : other))) taken++;
        expectSame(textOf(other), textOf(estate));
      }),
      { numRuns: Number(process.env['KONG_BACKUP_RUNS'] ?? 60) },
    );
    expect(taken).toBeGreaterThan(0);
    expect(told).toBeGreaterThan(0);
  });

  it('finds what reading all finds, on any two estates without ids', () => {
    let taken = 0;
    const masks = fc.array(fc.nat({ max: 9 }), { minLength: 5, maxLength: 11 });
    fc.assert(
      fc.property(estates(), masks, fc.boolean(), (estate, mask, shuffled) => {
        const other = closed(changedSome(estate, mask));
        fc.pre(!hasTwins(estate));
        const [before, after] = [textOf(estate), textOf(shuffled ? other.reverse() : other)].map(withoutIds);
        if (expectSame(before ?? '', after ?? '')) taken++;
      }),
      { numRuns: Number(process.env['KONG_BACKUP_RUNS'] ?? 60) },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('finds it without ids, where names tell', () => {
    const text = (port: number, key: string, order = 1): string => {
      const services = [
        `- name: a\n  host: a.test\n  port: ${port}\n  routes:\n  - name: r1\n    paths:\n    - /a\n    plugins:\n    - name: cors\n  - name: r2\n    paths:\n    - /b\n`,
        '- name: b\n  host: b.test\n  plugins:\n  - name: cors\n  - name: acl\n    config:\n      allow:\n      - x\n',
      ];
      const ordered = order > 0 ? services : [...services].reverse();
      return `_format_version: "3.0"\nconsumers:\n- acls:\n  - group: g\n  keyauth_credentials:\n  - key: ${key}\n  username: ann\n- username: ben\nplugins:\n- name: acl\n  route: r2\n  config:\n    allow:\n    - y\nservices:\n${ordered.join('')}`;
    };
    expect(expectSame(text(80, 'one'), text(80, 'two'))).toBe(true);
    expect(expectSame(text(80, 'one'), text(81, 'one', -1))).toBe(true);
    const moved = text(80, 'one').replace('route: r2', 'route: r1');
    expect(expectSame(text(80, 'one'), moved)).toBe(true);
    const same = differingEntities(contentOf(text(80, 'one')), contentOf(text(80, 'one', -1)));
    expect(same).toEqual({ live: [], desired: [], equal: read(text(80, 'one')).length, changes: [] });
  });

  it.each([
    ['Windows line ends', 'services:\r\n- name: a\r\n'],
    ['anchors', 'services:\n- &a\n  name: a\n'],
    ['brackets', '{"services": [{"name": "a"}]}\n'],
    ['templates', 'services:\n- name: ${{ env "DECK_A" }}\n'],
    ['two of one name', 'services:\n- name: a\n- name: a\n  port: 81\n'],
  ])('leaves %s to the whole reader', (_, text) => {
    const other = text.replaceAll('name: a', 'name: b');
    expect(differingEntities(contentOf(`_format_version: "3.0"\n${text}`), contentOf(other))).toBeUndefined();
  });
});
