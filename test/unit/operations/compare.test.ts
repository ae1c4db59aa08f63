import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/operations/backup.js';
import { compare, type Comparison } from '../../../src/operations/compare.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import {
  certificateAuthority,
  operationsFixture,
  plugin,
  service,
  targetOf,
  vault,
  watchedContext,
} from './operationsFixture.js';

const linesOf = ({ plan }: Comparison) =>
  plan.workspaces
    .flatMap(({ workspace, changes }) => changes.map(({ action, label }) => `${workspace} ${action} ${label}`))
    .sort();

const { context } = watchedContext();
const target = targetOf();

async function fileOf(text: string): Promise<{ file: string }> {
  const file = path.join(await temporaryFolder(), 'kong.yaml');
  await writeFile(file, text);
  return { file };
}

describe('a comparison', () => {
  it('of a gateway and a snapshot tells what would change, either way round', async () => {
    const { gateway, parts } = await operationsFixture(service(1), certificateAuthority(5));
    const { id: snapshot } = await backup(parts, { target }, context);
    gateway.workspaces.set('default', [service(1), service(2), certificateAuthority(6)]);
    const back = await compare(parts, { target }, { snapshot }, context);
    expect(linesOf(back).filter((line) => line.includes('service'))).toEqual(['default delete service-2']);
    expect(back.plan.workspaces[0]?.changes.filter(({ kind }) => kind === 'ca_certificates')).toHaveLength(2);
    expect(linesOf(await compare(parts, { snapshot }, { target }, context))).toContain('default create service-2');
  });

  it('of two snapshots contacts nobody', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    const first = await backup(parts, { target }, context);
    gateway.workspaces.set('default', [service(1, { retries: 2 })]);
    const second = await backup(parts, { target }, context);
    gateway.calls.length = 0;
    const { plan } = await compare(parts, { snapshot: first.id }, { snapshot: second.id }, context);
    expect(plan.workspaces[0]?.changes[0]?.fields).toEqual([{ path: 'retries', before: 5, after: 2 }]);
    expect(gateway.calls).toEqual([]);
  });

  it('says where only one side names a workspace and the other has more', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    gateway.workspaces.set('team', [service(1, { retries: 7 })]);
    const { id: snapshot } = await backup(parts, { target }, context);
    const found = await compare(parts, { snapshot, workspace: 'team' }, { target }, context, { explain: true });
    expect(found).toMatchObject({ narrowedTo: 'team', plan: { workspaces: [{ workspace: 'team', changes: [] }] } });
    expect(found.same).toEqual([]);
    const named = await compare(parts, { snapshot, workspace: 'team' }, { target, workspace: 'team' }, context);
    expect(named).not.toHaveProperty('narrowedTo');
    expect(named).not.toHaveProperty('same');
  });

  it('with a file looks at the workspace of the file only', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    gateway.workspaces.set('team', [service(2)]);
    const side = await fileOf('_format_version: "3.0"\n_workspace: team\nservices:\n- name: new\n  host: x\n');
    expect(linesOf(await compare(parts, { target }, side, context))).toEqual([
      'team create new',
      'team delete service-2',
    ]);
  });

  it('leaves alone what one side does not know', async () => {
    const { gateway, parts } = await operationsFixture(service(1), vault(2));
    gateway.unreadable.add('vaults');
    const { id: snapshot } = await backup(parts, { target }, context);
    gateway.unreadable.clear();
    expect(linesOf(await compare(parts, { target }, { snapshot }, context))).toEqual([]);
  });

  it('names what one side does not show, whichever it is', async () => {
    const { gateway, parts } = await operationsFixture(service(1), vault(2));
    const { id: snapshot } = await backup(parts, { target }, context);
    gateway.unreadable.add('vaults');
    const { id: lacking } = await backup(parts, { target }, context);
    const unknown = [{ workspace: 'default', kind: 'vaults' }];
    expect(await compare(parts, { target }, { snapshot }, context)).toMatchObject({ unknown });
    expect(await compare(parts, { snapshot }, { target }, context)).toMatchObject({ unknown });
    expect(await compare(parts, { snapshot }, { snapshot: lacking }, context)).toMatchObject({ unknown });
    gateway.unreadable.clear();
    const whole = await compare(parts, { target }, { snapshot }, context);
    expect(whole).toMatchObject({ unknown: [], notCompared: [] });
  });

  it('names the workspaces of which it knows one side only', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    const { id: snapshot } = await backup(parts, { target }, context);
    const other = await fileOf('_format_version: "3.0"\n_workspace: team\nservices:\n- name: new\n  host: x\n');
    expect(await compare(parts, { snapshot }, other, context)).toMatchObject({ notCompared: ['team'] });
    gateway.workspaces.set('team', [service(2)]);
    expect(await compare(parts, { target }, { snapshot }, context)).toMatchObject({ notCompared: ['team'] });
    expect(await compare(parts, { target }, other, context)).toMatchObject({ notCompared: [] });
  });

  it('says that there may be other workspaces when the gateway lists none', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    gateway.info = { ...gateway.info, workspacesKnown: false };
    const { id: snapshot, warnings, coverage } = await backup(parts, { target }, context);
    expect(warnings.map(({ code }) => code)).toEqual(['workspaces-unknown']);
    expect(coverage.notHeld[0]).toMatchObject({
      part: 'entities',
      reason: expect.stringContaining('default') as string,
    });
    const { unknown } = await compare(parts, { target }, { snapshot }, context);
    expect(unknown).toMatchObject([{ part: 'entities' }, { part: 'entities' }]);
    const named = targetOf({ workspaces: ['default'] });
    expect((await backup(parts, { target: named }, context)).warnings).toEqual([]);
  });

  it('shows what a restore would keep', async () => {
    const { gateway, parts } = await operationsFixture();
    const { id: snapshot } = await backup(parts, { target: targetOf({ selectTags: ['a'] }) }, context);
    const child = plugin(2, 'cors', { service: { id: service(1).fields.id ?? null } });
    gateway.workspaces.set('default', [service(1, { tags: ['a'] }), child]);
    expect(linesOf(await compare(parts, { target }, { snapshot }, context))).toEqual(['default delete service-1']);
  });

  it('looks at what has the tags of the snapshot', async () => {
    const { gateway, parts } = await operationsFixture(service(1, { tags: ['a'] }), service(2));
    const { id: snapshot } = await backup(parts, { target: targetOf({ selectTags: ['a'] }) }, context);
    expect(linesOf(await compare(parts, { target }, { snapshot }, context))).toEqual([]);
    expect(linesOf(await compare(parts, { snapshot }, { target }, context))).toEqual([]);
    gateway.workspaces.set('default', [service(2), service(3, { tags: ['a'] })]);
    expect(linesOf(await compare(parts, { target }, { snapshot }, context))).toEqual([
      'default create service-1',
      'default delete service-3',
    ]);
  });

  it.each([
    ['_format_version: "3.0"\nservices: [\n', 'file-invalid'],
    ['_format_version: "3.0"\n', 'file-invalid'],
    ['_format_version: "3.0"\nservices: [{name: a, host: "${{ env \\"DECK_X\\" }}"}]\n', 'file-invalid'],
  ])('refuses %j before it contacts anybody', async (text, code) => {
    const { gateway, parts } = await operationsFixture(service(1));
    await expect(compare(parts, { target }, await fileOf(text), context)).rejects.toMatchObject({ code });
    expect(gateway.calls).toEqual([]);
  });

  it('says when there is no such file', async () => {
    const { parts } = await operationsFixture();
    const missing = compare(parts, { target }, { file: '/no/such/kong.yaml' }, context);
    await expect(missing).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('takes a DB-less file beside one of decK’s: what is nested in one may stand at the top of the other', async () => {
    const { parts } = await operationsFixture();
    const deck = await fileOf(
      '_format_version: "3.0"\nservices:\n- name: a\n  host: x\n  routes:\n  - name: r\n    paths: [/a]\nconsumers:\n- username: ann\n  keyauth_credentials:\n  - key: k1\n',
    );
    const dbless = await fileOf(
      '_format_version: "3.0"\n_transform: false\nservices:\n- name: a\n  host: x\nroutes:\n- name: r\n  service: a\n  paths: [/b]\nconsumers:\n- username: ann\nkeyauth_credentials:\n- consumer: ann\n  key: k1\n',
    );
    const { plan } = await compare(parts, deck, dbless, context);
    expect(plan.workspaces[0]?.changes.map(({ kind, fields }) => [kind, fields?.[0]?.path])).toEqual([
      ['routes', 'paths[0]'],
    ]);
    expect(plan.workspaces[0]?.unchanged).toBe(3);
  });

  it('takes the files of a folder as one', async () => {
    const { parts } = await operationsFixture();
    const folder = await temporaryFolder();
    const head = '_format_version: "3.0"\n';
    await writeFile(path.join(folder, 'a.yaml'), `${head}services:\n- name: a\n  host: x\n`);
    await writeFile(path.join(folder, 'b.yaml'), `${head}services:\n- name: b\n  host: x\n`);
    const one = await fileOf(`${head}services:\n- name: b\n  host: x\n- name: a\n  host: x\n- name: c\n  host: x\n`);
    expect(linesOf(await compare(parts, { file: folder }, one, context))).toEqual(['default create c']);
  });

  it('compares one workspace with another', async () => {
    const { gateway, parts } = await operationsFixture(service(1));
    gateway.workspaces.set('team', [service(1, { retries: 1 })]);
    const { id: snapshot } = await backup(parts, { target }, context);
    const sides = [
      { snapshot, workspace: 'default' },
      { snapshot, workspace: 'team' },
    ] as const;
    const { plan, notCompared } = await compare(parts, ...sides, context);
    expect(plan.workspaces).toMatchObject([{ workspace: 'default', changes: [{ action: 'update' }] }]);
    expect(notCompared).toEqual([]);
    const { plan: withLive } = await compare(parts, { ...sides[0] }, { target, workspace: 'team' }, context);
    expect(withLive.workspaces).toMatchObject([{ changes: [{ action: 'update' }] }]);
    const nowhere = compare(parts, { snapshot, workspace: 'nowhere' }, { target }, context);
    await expect(nowhere).rejects.toMatchObject({ code: 'snapshot-without-part' });
  });
});
