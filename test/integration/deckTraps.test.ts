import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deckNew } from '../../scripts/tools/deckNew.js';
import { deckOld } from '../../scripts/tools/deckOld.js';
import type { Change, WorkspacePlan } from '../../src/core/change.js';
import { quietContext } from '../../src/core/context.js';
import type { EntityDriver } from '../../src/core/driver.js';
import { createDeckDriver } from '../../src/drivers/deck.js';
import {
  emptyKong,
  startScriptedGateway,
  targetOf,
  type Script,
  type ScriptedGateway,
} from '../helpers/scriptedGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';

/** What decK does that one would not expect, met by the driver: with the real program, old words and new. */
const engines = [
  { name: 'decK 1.4.0', words: 'old', ...(await requireTool(deckOld)) },
  { name: 'decK 1.55.0', words: 'new', ...(await requireTool(deckNew)) },
] as const;

const context = quietContext();

const change = (kind: string, id: string, name: string): Change => ({
  action: 'create',
  workspace: 'default',
  kind,
  label: name,
  id,
  after: { id, name },
});

const planOf = (changes: Change[], more: Partial<WorkspacePlan> = {}): WorkspacePlan => ({
  workspace: 'default',
  exists: true,
  changes,
  unchanged: 0,
  ...more,
});

const serviceId = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const aService = { id: serviceId(1), name: 'svc', host: 'h', port: 80, protocol: 'http' };
/** A Kong that holds one service. */
const oneService: Script = (request, body) =>
  request.method === 'GET' && request.path === '/services'
    ? { json: { data: [aService], next: null } }
    : emptyKong(request, body);

for (const { name, words, path: deckPath, describeTool } of engines) {
  describeTool(name, () => {
    let folder: string;
    let gateway: ScriptedGateway | undefined;
    let driver: EntityDriver;

    const serve = async (script: Script) => {
      gateway = await startScriptedGateway(script);
      return targetOf(gateway.url);
    };
    const write = async (text: string, file = 'state.yaml') => {
      const place = path.join(folder, file);
      await writeFile(place, text);
      return place;
    };
    const writes = () => gateway!.requests.filter(({ method }) => method !== 'GET');

    beforeEach(async () => {
      folder = await temporaryFolder();
      driver = createDeckDriver({ deckPath, requestTimeout: 10_000 });
    });
    afterEach(async () => {
      await gateway?.close();
      gateway = undefined;
      vi.unstubAllEnvs();
    });

    it('says which version it is', async () => {
      const target = targetOf('http://127.0.0.1:1');
      expect(await driver.available(target, context)).toEqual({ available: true, version: name.replace('decK ', '') });
    });

    it('sends headers with commas, colons and blanks, and shows them to nobody', async () => {
      const target = await serve(emptyKong);
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      const logged = { ...context, log: { debug: log, info: log, warn: log, error: log } };
      for (const token of ['secret-1,2:3=4', 'Bearer secret-blank']) {
        await driver.ping({ ...target, headers: { 'Kong-Admin-Token': token, 'X-Other': 'abcd' } }, logged);
        const { headers } = gateway!.requests.at(-1)!;
        expect(headers).toMatchObject({ 'kong-admin-token': token, 'x-other': 'abcd' });
      }
      expect(lines.join('\n')).toContain('ping');
      expect(lines.join('\n')).not.toMatch(/secret-|abcd/);
    });

    it("goes by nobody's settings but ours", async () => {
      const home = folder;
      await write('kong-addr: http://127.0.0.1:1\nheaders: ["X-Stray:1"]\n', '.deck.yaml');
      vi.stubEnv('HOME', home);
      vi.stubEnv('USERPROFILE', home);
      vi.stubEnv('DECK_KONG_ADDR', 'http://127.0.0.1:1');
      vi.stubEnv('DECK_HEADERS', 'X-Stray:2');
      vi.stubEnv('DECK_KONNECT_TOKEN', 'stray');
      vi.stubEnv('DECK_TLS_CLIENT_CERT', 'stray');
      const target = await serve(emptyKong);
      await driver.ping(target, context);
      const file = path.join(home, 'fresh.yaml');
      await driver.dump(target, { workspace: 'default', file }, context);
      expect(gateway!.requests.length).toBeGreaterThan(5);
      expect(gateway!.requests.map(({ headers }) => headers['x-stray'])).not.toContain('1');
      expect(gateway!.requests.every(({ headers }) => headers['x-stray'] === undefined)).toBe(true);
    });

    it('ends though the gateway never answers', async () => {
      driver = createDeckDriver({ deckPath, requestTimeout: 1000 });
      const target = await serve(() => 'hang');
      await expect(driver.ping(target, context)).rejects.toMatchObject({ code: 'gateway-timeout' });
      const dump = driver.dump(target, { workspace: 'default', file: path.join(folder, 'a.yaml') }, context);
      await expect(dump).rejects.toMatchObject({ code: 'gateway-timeout' });
    });

    it('stops when it is cancelled', async () => {
      const controller = new AbortController();
      const target = await serve((request, body) => {
        if (request.path !== '/upstreams') return emptyKong(request, body);
        controller.abort();
        return 'hang';
      });
      const file = path.join(folder, 'a.yaml');
      const dump = driver.dump(target, { workspace: 'default', file }, quietContext(controller.signal));
      await expect(dump).rejects.toMatchObject({ code: 'cancelled' });
      expect(existsSync(file)).toBe(false);
    });

    it.each([
      ['a port that nobody listens on', undefined, 'gateway-unreachable'],
      ['401', { status: 401, json: { message: 'No API key found in request' } }, 'gateway-unauthorized'],
      ['403', { status: 403, json: { message: 'forbidden' } }, 'gateway-forbidden'],
      ['HTML', { html: '<html>Welcome</html>' }, 'gateway-not-kong'],
      ['404 everywhere', { status: 404, json: { message: 'Not found' } }, 'gateway-not-kong'],
      ['502 of a proxy', { status: 502, html: '<html>Bad Gateway</html>' }, 'gateway-unreachable'],
    ] as const)('tells %s', async (_what, answer, code) => {
      const target = answer ? await serve(() => answer) : targetOf('http://127.0.0.1:1');
      await expect(driver.ping(target, context)).rejects.toMatchObject({ code });
      const file = path.join(folder, 'a.yaml');
      await expect(driver.dump(target, { workspace: 'default', file }, context)).rejects.toMatchObject({ code });
      expect(existsSync(file)).toBe(false);
    });

    it('never overwrites a file, which 1.4 does and later ones ask about', async () => {
      const target = await serve(emptyKong);
      const file = await write('precious');
      await expect(driver.dump(target, { workspace: 'default', file }, context)).rejects.toMatchObject({
        code: 'store-unwritable',
      });
      expect(await readFile(file, 'utf8')).toBe('precious');
    });

    it('asks for .yaml, which decK would put behind the name', async () => {
      const target = await serve(emptyKong);
      const dump = driver.dump(target, { workspace: 'default', file: path.join(folder, 'name') }, context);
      await expect(dump).rejects.toMatchObject({ code: 'internal' });
    });

    it('says that a folder is not there', async () => {
      const target = await serve(emptyKong);
      const dump = driver.dump(target, { workspace: 'default', file: path.join(folder, 'no', 'a.yaml') }, context);
      await expect(dump).rejects.toMatchObject({ code: 'store-unwritable' });
    });

    it.skipIf(process.platform === 'win32')('writes a dump that only its owner can read', async () => {
      const target = await serve(oneService);
      const file = path.join(folder, 'a.yaml');
      await driver.dump(target, { workspace: 'default', file }, context);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    });

    it('names the kinds that it does not know', async () => {
      const target = await serve(emptyKong);
      const { gaps } = await driver.dump(target, { workspace: 'default', file: path.join(folder, 'a.yaml') }, context);
      const kinds = gaps.map(({ kind }) => kind);
      if (words === 'new') expect(gaps).toEqual([]);
      else expect(kinds).toEqual(expect.arrayContaining(['vaults', 'keys', 'key_sets', undefined]));
    });

    it.each([
      ['an empty file', ''],
      ['a file that names no entities', '_format_version: "3.0"\n'],
    ])('does not take %s for an order to delete everything', async (_what, text) => {
      const target = await serve(oneService);
      const file = await write(text);
      const plan = planOf([change('routes', serviceId(2), 'r')]);
      const apply = driver.apply(target, { plan, file }, context);
      await expect(apply).rejects.toMatchObject({ code: expect.stringMatching(/^(plan-stale|file-invalid)$/) });
      expect(writes()).toEqual([]);
    });

    it('never deletes more than the plan says', async () => {
      const target = await serve(oneService);
      const file = await write(`_format_version: "3.0"\nservices:\n- {name: other, id: "${serviceId(2)}", host: h}\n`);
      const plan = planOf([change('services', serviceId(2), 'other')]);
      await expect(driver.apply(target, { plan, file }, context)).rejects.toMatchObject({ code: 'plan-stale' });
      expect(writes()).toEqual([]);
    });

    it('validates without a gateway, syntax and structure only', async () => {
      const target = await serve(emptyKong);
      const good = await write('_format_version: "3.0"\nservices:\n- {name: s, host: h, port: 99999}\n');
      expect(await driver.validate(target, good, context)).toEqual([]);
      const unknown = await write('_format_version: "3.0"\nservices:\n- {name: s, bogus: 1}\n', 'unknown.yaml');
      expect((await driver.validate(target, unknown, context)).join()).toContain('bogus');
      const broken = await write('_format_version: "3.0"\nservices: [\n', 'broken.yaml');
      expect((await driver.validate(target, broken, context)).join()).toContain('line');
      expect(gateway!.requests).toEqual([]);
    });

    it('says that a file is not there', async () => {
      const validate = driver.validate(targetOf('http://127.0.0.1:1'), path.join(folder, 'no.yaml'), context);
      await expect(validate).rejects.toMatchObject({ code: 'file-unreadable' });
    });

    it('says that a workspace is not there, which diff would make without a word', async () => {
      const target = await serve((request, body) =>
        request.path.includes('nope') ? { status: 404, json: { message: 'Not found' } } : emptyKong(request, body),
      );
      const fresh = path.join(folder, 'a.yaml');
      await expect(driver.dump(target, { workspace: 'nope', file: fresh }, context)).rejects.toMatchObject({
        code: 'workspace-missing',
      });
      const file = await write('_format_version: "3.0"\nservices:\n- {name: s, host: h}\n');
      await expect(driver.diff(target, { workspace: 'nope', file }, context)).rejects.toMatchObject({
        code: 'workspace-missing',
      });
    });

    it('says that open-source Kong makes no workspace', async () => {
      const target = await serve((request, body) =>
        request.path.includes('nope') ? { status: 404, json: { message: 'Not found' } } : emptyKong(request, body),
      );
      const file = await write('_format_version: "3.0"\nservices:\n- {name: s, host: h}\n');
      const plan = planOf([change('services', serviceId(1), 's')], { workspace: 'nope', exists: false });
      await expect(driver.apply(target, { plan, file }, context)).rejects.toMatchObject({ code: 'workspace-missing' });
    });

    it('writes into the workspace that was asked for, whatever the file says', async () => {
      const target = await serve(emptyKong);
      const file = await write(`_format_version: "3.0"\n_workspace: other\nservices:\n- {name: s, host: h}\n`);
      await driver.diff(target, { workspace: 'default', file }, context).catch(() => undefined);
      expect(gateway!.requests.filter(({ path: place }) => place.startsWith('/other'))).toEqual([]);
    });

    it('does not write a template that is not filled in', async () => {
      const target = await serve(emptyKong);
      const file = await write('_format_version: "3.0"\nservices:\n- {name: s, host: \'${{ env "DECK_NOT_SET" }}\'}\n');
      const plan = planOf([change('services', serviceId(1), 's')]);
      await expect(driver.apply(target, { plan, file }, context)).rejects.toMatchObject({ code: 'file-invalid' });
      expect(writes()).toEqual([]);
    });

    it.runIf(words === 'new')('refuses a file whose texts have lines that decK takes for comments', async () => {
      const target = await serve(emptyKong);
      const plan = planOf([change('services', serviceId(1), 's')]);
      const lines = ['_format_version: "3.0"', 'services:', `- id: "${serviceId(1)}"`, '  # a comment', '  name: s'];
      const file = await write([...lines, '  host: |-', '    h', '    # not a comment', ''].join('\n'));
      await expect(driver.apply(target, { plan, file }, context)).rejects.toMatchObject({
        code: 'tool-failed',
        reason: expect.stringContaining('`#`'),
      });
      expect(writes()).toEqual([]);
      const plain = await write([...lines, '  host: h', ''].join('\n'), 'plain.yaml');
      expect((await driver.apply(target, { plan, file: plain }, context)).failed).toEqual([]);
    });

    it.runIf(words === 'old')('refuses a file whose zeros it would lose', async () => {
      const target = await serve(emptyKong);
      const file = await write(
        `_format_version: "3.0"\nupstreams:\n- name: u\n  targets:\n  - {target: "10.0.0.1:80", weight: 0}\n`,
      );
      const plan = planOf([change('upstreams', serviceId(1), 'u')]);
      await expect(driver.apply(target, { plan, file }, context)).rejects.toMatchObject({
        code: 'tool-too-old',
        reason: expect.stringContaining('10.0.0.1:80'),
      });
      expect(writes()).toEqual([]);
    });

    it('finds a failure though decK may end with 0, and says what was not tried', async () => {
      const target = await serve((request, body) =>
        request.method !== 'GET'
          ? { status: 400, json: { message: 'schema violation (no)', name: 'schema violation', code: 2 } }
          : emptyKong(request, body),
      );
      const file = await write(
        [
          '_format_version: "3.0"',
          'services:',
          `- {name: bad, id: "${serviceId(1)}", host: bad.internal}`,
          'routes:',
          `- {name: r, id: "${serviceId(2)}", paths: [/r], service: {name: bad}}`,
          '',
        ].join('\n'),
      );
      const plan = planOf([change('services', serviceId(1), 'bad'), change('routes', serviceId(2), 'r')]);
      const { applied, failed } = await driver.apply(target, { plan, file }, context);
      expect(applied).toEqual({ creates: 0, updates: 0, deletes: 0 });
      expect(failed.map(({ change: { id } }) => id)).toEqual([serviceId(1), serviceId(2)]);
      expect(failed[0]?.reason).toContain('400');
      // A worker of decK's may take the route up before the failure of the service has stopped it.
      const isTried = writes().some(({ path: asked }) => asked.startsWith('/routes'));
      expect(failed[1]?.reason).toContain(isTried ? '400' : 'Not tried');
    });

    it('says that a gateway without a database takes no changes', async () => {
      const target = await serve((request, body) =>
        request.method === 'GET'
          ? emptyKong(request, body)
          : { status: 405, json: { message: "cannot create 'services' entities when not using a database" } },
      );
      const file = await write(`_format_version: "3.0"\nservices:\n- {name: s, id: "${serviceId(1)}", host: h}\n`);
      const plan = planOf([change('services', serviceId(1), 's')]);
      const declared = { ...target, environment: { ...target.environment, mode: 'dbless' as const } };
      await expect(driver.apply(declared, { plan, file }, context)).rejects.toMatchObject({
        code: 'gateway-read-only-mode',
      });
      expect(gateway!.requests).toEqual([]);
      const { failed } = await driver.apply(target, { plan, file }, context);
      expect(failed[0]?.reason).toContain('not using a database');
    });
  });
}

describe('what is not decK, or not new enough', () => {
  const target = targetOf('http://127.0.0.1:1');

  it('is told apart from decK', async () => {
    const driver = createDeckDriver({ deckPath: process.execPath, requestTimeout: 1000 });
    expect(await driver.available(target, context)).toMatchObject({ available: false, code: 'tool-missing' });
  });

  it('is missing, with a way out', async () => {
    const driver = createDeckDriver({ deckPath: 'no-such-deck', requestTimeout: 1000 });
    expect(await driver.available(target, context)).toMatchObject({
      available: false,
      code: 'tool-missing',
      remedy: expect.stringContaining('Install decK'),
    });
    await expect(driver.ping(target, context)).rejects.toMatchObject({ code: 'tool-missing' });
  });

  it.skipIf(process.platform === 'win32')('is too old', async () => {
    const folder = path.join(await temporaryFolder(), 'bin');
    await mkdir(folder);
    const deckPath = path.join(folder, 'deck');
    await writeFile(deckPath, `#!${process.execPath}\nconsole.log('decK 1.3.0 (abc)')\n`, { mode: 0o700 });
    const driver = createDeckDriver({ deckPath, requestTimeout: 1000 });
    expect(await driver.available(target, context)).toMatchObject({ available: false, code: 'tool-too-old' });
  });
});
