import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { GatewayInfo } from '../../../src/core/environment.js';
import type { PartSource } from '../../../src/core/partDriver.js';
import { createAdminApiDriver } from '../../../src/drivers/adminApi.js';
import { createDblessDriver } from '../../../src/drivers/dbless.js';
import type { Entity } from '../../../src/estate/entity.js';
import { writeDeckFile } from '../../../src/estate/deckWriter.js';
import { startPracticeGateway } from '../../../src/practice/practiceGateway.js';
import { sourceOf } from '../../contract/partDriverContract.js';
import { someGateway } from '../../helpers/someGateway.js';
import { aroundKong, kongTarget, type KongState, shippedFacts, standInKong } from '../../helpers/kongStandIn.js';
import { manifestOf } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const text = `_format_version: "3.0"
services:
- name: orders
  host: orders.internal
  routes:
  - name: orders-list
    paths: [/orders]
consumers:
- username: alice
  basicauth_credentials:
  - username: alice
    password: pass-of-alice
`;
const other = '_format_version: "3.0"\nservices:\n- name: other\n  host: other.internal\n';

const withoutDatabase: GatewayInfo = { ...someGateway, mode: 'dbless', database: 'off' };
const yes = (): Promise<boolean> => Promise.resolve(true);

async function dbless({
  file: hasFile = true,
  mode = 'dbless' as 'dbless' | 'traditional',
  state = {} as Partial<KongState>,
} = {}) {
  const folder = await temporaryFolder();
  const practice = await startPracticeGateway({ facts: await shippedFacts.facts('3.9'), mode });
  onTestFinished(() => practice.close());
  const file = path.join(folder, 'kong.yml');
  const post = async (config: string): Promise<void> => {
    const body = JSON.stringify({ config });
    await fetch(`${practice.url}/config`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  if (hasFile) await writeFile(file, text);
  if (mode === 'dbless') await post(text);
  const standIn = await standInKong(folder, {
    ready: false,
    entities: {},
    dbless: { url: practice.url, file },
    ...state,
  });
  const adminApi = createAdminApiDriver({ requestTimeout: 5000 });
  const keep = path.join(folder, 'before');
  const driver = createDblessDriver({ ...aroundKong({ keep, readyTime: 500 }), probe: adminApi, reader: adminApi });
  const section = { command: standIn.command };
  const target = kongTarget(practice.url, section, { mode: 'dbless', ...(hasFile && { declarativeFile: file }) });
  const backup = async () => {
    const directory = path.join(await temporaryFolder(), 'declarative-file');
    await mkdir(directory);
    const request = { gateway: withoutDatabase, workspaces: ['default'], directory };
    const taken = await driver.backup(target, request, quietContext());
    return { taken, directory, source: await sourceOf(driver, taken, directory) };
  };
  const names = async (): Promise<string[]> => {
    const answer = (await (await fetch(`${practice.url}/services`)).json()) as { data: { name: string }[] };
    return answer.data.map(({ name }) => name);
  };
  return { driver, target, practice, standIn, keep, folder, file, post, backup, names };
}

describe('backing up without a database', () => {
  it('keeps the file as it is', async () => {
    const { backup } = await dbless();
    const { taken, directory } = await backup();
    expect(taken).toMatchObject({ format: 'dbless', details: { source: 'file' }, counts: { services: 1, routes: 1 } });
    expect(taken.warnings).toEqual([]);
    expect(await readFile(path.join(directory, 'kong.yaml'), 'utf8')).toBe(text);
  });

  it('says when the gateway runs something else, and keeps both', async () => {
    const { backup, post } = await dbless();
    await post(other);
    const { taken, directory } = await backup();
    expect(taken.warnings).toMatchObject([{ code: 'running-differs' }]);
    expect((await readdir(directory)).sort()).toEqual(['kong.yaml', 'running.yaml']);
  });

  it('asks the gateway where there is no file, and says so', async () => {
    const { backup, file } = await dbless();
    await rm(file);
    const { taken } = await backup();
    expect(taken).toMatchObject({ details: { source: 'gateway' }, warnings: [{ code: 'declarative-file-unread' }] });
    expect(taken.counts).toMatchObject({ services: 1, basicauth_credentials: 1 });
    expect(taken.gaps).toMatchObject([{ part: 'declarative-file', partial: true }]);
    expect(taken.gaps[0]?.remedy).toContain('declarativeFile');
  });

  it('takes the file of a gateway that is down', async () => {
    const { backup, practice } = await dbless();
    await practice.close();
    expect((await backup()).taken.warnings).toMatchObject([{ code: 'running-unread' }]);
  });

  it('is not there in a gateway with a database', async () => {
    const { driver, target } = await dbless();
    expect(await driver.probe(target, someGateway, quietContext())).toEqual({ present: false });
  });
});

describe('bringing back a file and a restart', () => {
  it('keeps the old file beside the new one', async () => {
    const { driver, target, backup, file, folder, standIn, names, post } = await dbless();
    const { source } = await backup();
    await writeFile(file, other);
    await post(other);
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ done: ['aside', 'write', 'restart', 'compare'], verified: true });
    expect(await readFile(file, 'utf8')).toBe(text);
    const [aside = ''] = (await readdir(folder)).filter((name) => name.startsWith('kong.yml.'));
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(other);
    expect(await names()).toEqual(['orders']);
    expect((await standIn.read()).restarts).toBe(1);
  });

  it('puts the old file back, and has it read, when the gateway does not start with the new one', async () => {
    const { driver, target, backup, file, practice, names, post, standIn } = await dbless();
    const { source } = await backup();
    await writeFile(file, other);
    await post(other);
    practice.faults.add({ path: /^\/config/, methods: ['POST'], times: 1, effect: { status: 400 } });
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ done: [], verified: false, failed: { step: 'restart' } });
    expect(result.failed?.remedy).not.toContain('Taking it back failed');
    expect(await readFile(file, 'utf8')).toBe(other);
    expect(await names()).toEqual(['other']);
    expect((await standIn.read()).restarts).toBe(2);
  });

  it('says how to go back where that fails too', async () => {
    const { driver, target, backup, file, standIn, names, post } = await dbless();
    const { source } = await backup();
    await writeFile(file, other);
    await post(other);
    await standIn.change((state) => void (state.fault = 'does not start'));
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result.failed).toMatchObject({ step: 'restart', reason: expect.stringContaining('not running') });
    // Its restart fails as well: then a person reads how to do it.
    expect(result.failed?.remedy).toContain('Taking it back failed too');
    expect(await readFile(file, 'utf8')).toBe(other);
    expect(await names()).toEqual(['other']);
  });

  it('changes nothing when kong refuses the file', async () => {
    const { driver, target, backup, standIn, file } = await dbless();
    const { source } = await backup();
    await standIn.change((state) => void (state.refuses = 'orders'));
    const plan = await driver.planRestore(target, source, {}, quietContext());
    expect(plan.refused?.reason).toMatch(/\d+:\d+: .*host/);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is refused where the environment does not say how', async () => {
    const { driver, target, backup } = await dbless({ file: false });
    const { source } = await backup();
    const wanted = { choices: { way: 'file' } };
    expect((await driver.planRestore(target, source, wanted, quietContext())).refused?.remedy).toContain(
      'declarativeFile',
    );
  });
});

describe('loading into a running gateway', () => {
  const way = { choices: { way: 'post' } };

  it('keeps what it ran, and says that a restart forgets it', async () => {
    const { driver, target, backup, keep, names, post } = await dbless();
    const { source } = await backup();
    await post(other);
    const plan = await driver.planRestore(target, source, way, quietContext());
    expect(plan.warnings).toMatchObject([{ code: 'forgotten-at-restart' }]);
    const result = await driver.restore(target, source, { ...way, confirm: yes }, quietContext());
    expect(result).toMatchObject({ done: ['keep', 'post', 'compare'], verified: true });
    expect(await names()).toEqual(['orders']);
    const [folder = ''] = (await readdir(keep)).filter((name) => !name.startsWith('.'));
    expect(await readFile(path.join(keep, folder, 'before.yaml'), 'utf8')).toContain('other.internal');
  });

  it('keeps logins, when what the gateway shows is loaded again', async () => {
    const { driver, target, backup, practice, post } = await dbless({ file: false });
    const { source } = await backup();
    await post(other);
    await driver.restore(target, source, { ...way, confirm: yes }, quietContext());
    expect(practice.verifyBasicAuth('alice', 'pass-of-alice')).toBe(true);
  });

  it('says what the gateway refuses, at its line, and leaves it as it was', async () => {
    const { driver, target, backup, practice, names } = await dbless();
    const { source } = await backup();
    const errors = [{ field: 'host', message: 'no such host allowed here', type: 'field' }];
    const flattened = [
      { entity_type: 'service', entity_name: 'orders', entity: { name: 'orders', host: 'orders.internal' }, errors },
    ];
    practice.faults.add({
      path: /^\/config/,
      methods: ['POST'],
      effect: { status: 400, body: { code: 14, fields: {}, flattened_errors: flattened } as never },
    });
    const result = await driver.restore(target, source, { ...way, confirm: yes }, quietContext());
    expect(result.failed).toMatchObject({ step: 'post' });
    expect(result.failed?.reason).toMatch(/4:\d+: .*no such host allowed here/);
    expect(await names()).toEqual(['orders']);
  });

  it('stops before it breaks credentials, by name', async () => {
    const { driver, target, backup } = await dbless({ file: false });
    const { source, directory } = await backup();
    const place = path.join(directory, 'kong.yaml');
    const shown = await readFile(place, 'utf8');
    await writeFile(
      place,
      `${shown}keyauth_credentials:\n- id: ${crypto.randomUUID()}\n  key: key-of-alice\n  ttl: 60\n  consumer: alice\n`,
    );
    source.record.counts['keyauth_credentials'] = 1;
    const plan = await driver.planRestore(target, source, way, quietContext());
    expect(plan.refused?.reason).toContain('keys that expire: alice');
    expect(JSON.stringify(plan)).not.toContain('key-of-alice');
    const accepted = { choices: { way: 'post', acceptBroken: true } };
    expect((await driver.planRestore(target, source, accepted, quietContext())).refused).toBeUndefined();
  });

  it('is refused by a gateway with a database', async () => {
    const { backup } = await dbless();
    const { source } = await backup();
    const { driver, target } = await dbless({ mode: 'traditional' });
    expect((await driver.planRestore(target, source, way, quietContext())).refused?.reason).toContain('has a database');
  });
});

describe('entities for a gateway without a database', () => {
  const id = (n: number): string => `7d000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

  /** A snapshot's entities, as the gateway with a database held them: passwords hashed. */
  async function entities(password: string): Promise<PartSource> {
    const held: Entity[] = [
      { kind: 'services', fields: { id: id(1), name: 'orders', host: 'orders.internal' } },
      { kind: 'consumers', fields: { id: id(2), username: 'alice' } },
      { kind: 'basicauth_credentials', fields: { id: id(3), username: 'alice', password, consumer: { id: id(2) } } },
    ];
    const directory = path.join(await temporaryFolder(), 'entities');
    await mkdir(directory);
    await writeFile(path.join(directory, 'default.yaml'), [...writeDeckFile(held, { formatVersion: '3.0' })].join(''));
    const manifest = { ...manifestOf('shop', [{ path: 'entities/default.yaml', bytes: 0, sha256: '' }]), id: 'shop/x' };
    const [record] = manifest.parts;
    if (!record) throw new Error('no part');
    return { manifest, record, directory };
  }

  it('are refused, unless that is chosen', async () => {
    const { driver, target } = await dbless();
    const plan = await driver.planRestore(target, await entities('x'), {}, quietContext());
    expect(plan.refused?.remedy).toContain('--choose convert=true');
  });

  it('are loaded as a file, and logins go on working', async () => {
    // sha1 of password and consumer id, as Kong keeps it.
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha1')
      .update(`pass-of-alice${id(2)}`)
      .digest('hex');
    const { driver, target, practice, names } = await dbless({ file: false });
    const options = { choices: { convert: true } };
    const source = await entities(hash);
    const result = await driver.restore(target, source, { ...options, confirm: yes }, quietContext());
    expect(result).toMatchObject({ verified: true, counts: { services: 1, consumers: 1 } });
    expect(result.warnings.map(({ code }) => code)).toEqual(['forgotten-at-restart', 'converted']);
    expect(await names()).toEqual(['orders']);
    expect(practice.verifyBasicAuth('alice', 'pass-of-alice')).toBe(true);
  });

  it('of which the snapshot does not hold all are not loaded without a word', async () => {
    const { driver, target } = await dbless();
    const source = await entities('pass-of-alice');
    source.manifest.coverage.notHeld.push({ part: 'entities', kind: 'plugins', reason: '403.' } as never);
    const plan = await driver.planRestore(target, source, { choices: { convert: true } }, quietContext());
    expect(plan.refused?.reason).toContain('plugins, which the snapshot does not hold');
  });
});
