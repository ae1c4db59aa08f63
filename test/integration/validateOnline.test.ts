import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type OperationContext, quietContext } from '../../src/core/context.js';
import type { JsonObject } from '../../src/core/json.js';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import { createDeckDriver } from '../../src/drivers/deck.js';
import { deckNew } from '../../scripts/tools/deckNew.js';
import { deckOld } from '../../scripts/tools/deckOld.js';
import { createKongJudge, kongJudgeOf } from '../../src/drivers/kongConfigParse.js';
import { type OnlineOptions, validateOnline } from '../../src/operations/validateOnline.js';
import type { OnlineParts } from '../../src/operations/validateOnline.js';
import {
  type PracticeGateway,
  type PracticeGatewayOptions,
  startPracticeGateway,
} from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { requireTool } from '../helpers/tools.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const shipped = schemaFolder(path.resolve(import.meta.dirname, '../../schemas'));
const gateways: PracticeGateway[] = [];
afterEach(async () => void (await Promise.all(gateways.splice(0).map((gateway) => gateway.close()))));

/** A gateway with a plugin of its own, `our-plugin`. */
async function start(options: Omit<PracticeGatewayOptions, 'facts'> = {}): Promise<PracticeGateway> {
  const level = { type: 'integer' as const, between: [1, 5] as [number, number] };
  const ours = { fields: { config: { type: 'record' as const, required: true, fields: { level } } } };
  const facts = await shipped.facts('3.9');
  const gateway = await startPracticeGateway({ facts, plugins: { 'our-plugin': ours }, ...options });
  gateways.push(gateway);
  return gateway;
}

const adminApi = createAdminApiDriver({ requestTimeout: 5000 });
const parts = (more: Partial<OnlineParts> = {}): OnlineParts => ({
  shipped,
  schemas: adminApi,
  probe: adminApi,
  judge: adminApi,
  deck: createDeckDriver({ deckPath: 'no-such-deck', requestTimeout: 5000 }),
  ...more,
});

async function judge(
  url: string,
  text: string,
  {
    options = {},
    environment = {},
    context = quietContext(),
    more = {},
  }: {
    options?: Partial<OnlineOptions>;
    environment?: JsonObject;
    context?: OperationContext;
    more?: Partial<OnlineParts>;
  } = {},
) {
  const file = path.join(await temporaryFolder(), 'kong.yaml');
  await writeFile(file, text);
  const target = targetOf(url, environment);
  const [verdict] = await validateOnline(parts(more), target, [file], { kind: 'auto', ...options }, context);
  if (!verdict) throw new Error('no verdict');
  const found = verdict.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path: at, range, source }) => [code, at, range.start.line + 1, source]);
  return { ...verdict, found };
}

const file = `_format_version: "3.0"
services:
- name: a
  host: h.test
  routes:
  - name: r
    paths: [/a]
    plugins:
    - name: our-plugin
      config:
        level: 3
`;

describe('a gateway that is asked', () => {
  test('takes a file: all of it was asked, alike entities once', async () => {
    const gateway = await start();
    const twins = `${file}plugins:\n- {name: cors, service: a}\nconsumers: [{username: c}]\n`;
    const { verdict, valid, gateway: who, asked, gaps, gatewayVersion } = await judge(gateway.url, twins);
    expect({ verdict, valid, who, gaps, gatewayVersion }).toEqual({
      verdict: 'taken',
      valid: true,
      who: expect.stringMatching(/^Kong 3\.9\.\d+ \(test\)$/) as unknown,
      gaps: [],
      gatewayVersion: '3.9',
    });
    expect(asked).toEqual([{ by: expect.stringContaining('the Admin API of Kong 3.9') as unknown, entities: 5 }]);
  });

  test('knows its own plugins, and what it refuses stands at its place with its name', async () => {
    const { url } = await start();
    const bad = `${file.replace('level: 3', 'level: 9')}plugins:\n- name: nobodys-plugin\n`;
    const { verdict, found } = await judge(url, bad);
    expect(verdict).toBe('refused');
    // Our own check, by the gateway's schema, was first: what both say is said once.
    expect(found).toEqual([
      ['out-of-range', 'services[0].routes[0].plugins[0].config.level', 11, undefined],
      ['unknown-plugin', 'plugins[0].name', 13, undefined],
    ]);
  });

  test('says what our own checks do not see', async () => {
    const { url } = await start();
    const taken = parts();
    const strict: OnlineParts['judge'] = {
      judge: async (target, request, context) => {
        const answers = await taken.judge.judge(target, request, context);
        return answers.map((answer, index) =>
          request.questions[index]?.kind === 'routes'
            ? { verdict: 'refused', message: 'no', fields: { paths: ['a check written in Lua'] } }
            : answer,
        );
      },
    };
    const { found } = await judge(url, file, { more: { judge: strict } });
    expect(found).toEqual([
      ['gateway-refuses', 'services[0].routes[0].paths[0]', 7, expect.stringMatching(/^Kong 3\.9\.\d+ \(test\)$/)],
    ]);
  });

  test('is never written to, with a database or without', async () => {
    for (const mode of ['traditional', 'dbless'] as const) {
      const gateway = await start({ mode });
      const requests: string[] = [];
      gateway.faults.add({ methods: ['PUT', 'PATCH', 'DELETE'], effect: 'reset' });
      gateway.faults.add({ methods: ['POST'], path: /^(?!\/schemas\/[^/]+\/validate$)/, effect: 'reset' });
      const { verdict } = await judge(gateway.url, `# kong-backup: format=dbless\n${file}`);
      expect([mode, verdict, requests]).toEqual([mode, 'taken', []]);
    }
  });

  test('is not asked what it has no schema of, and that is said', async () => {
    const { url } = await start();
    const licences = `${file}licenses: [{payload: x}]\nrbac_roles: [{name: r}]\n`;
    const { verdict, gaps } = await judge(url, licences);
    expect(verdict).toBe('unproved');
    expect(gaps).toEqual([
      { kind: 'licenses', count: 1, reason: 'The gateway has no schema of it.' },
      { kind: 'rbac_roles', reason: expect.stringContaining('without writing') as unknown },
    ]);
  });

  test('does not see what only decK fills in, and references stay our own check', async () => {
    const { url } = await start();
    const text = `_format_version: "3.0"\nservices:\n- {name: a, host: '\${{ env "DECK_HOST" }}'}\nplugins:\n- {name: cors, service: nobody}\n`;
    const { found, gaps } = await judge(url, text);
    expect(found).toEqual([['unresolved-reference', 'plugins[0].service', 5, undefined]]);
    expect(gaps).toEqual([{ count: 1, reason: 'Values that only decK can fill in were not judged.' }]);
  });

  test('cannot take a file of decK without a database, or one for a workspace that it has not', async () => {
    const { url } = await start({ mode: 'dbless' });
    const { verdict, gaps } = await judge(url, `# kong-backup: format=deck\n${file}`);
    expect([verdict, gaps]).toEqual(['unproved', [{ reason: expect.stringContaining('no database') as unknown }]]);
    await expect(judge(url, `${file}_workspace: nowhere\n`)).rejects.toMatchObject({ code: 'workspace-missing' });
  });

  test('without a database takes every file for its own format, and says what in it is decK’s', async () => {
    const { url } = await start({ mode: 'dbless' });
    expect(await judge(url, file)).toMatchObject({ kind: 'dbless', verdict: 'taken' });
    const { found } = await judge(url, `_info: {select_tags: [a]}\n${file}`);
    expect(found).toEqual([['deck-only', '_info', 1, undefined]]);
  });

  test('has a text that cannot be read judged here alone', async () => {
    const { url } = await start();
    const { verdict, asked, gaps } = await judge(url, '_format_version: "3.0"\nservices: [\n');
    expect({ verdict, asked }).toEqual({ verdict: 'refused', asked: [] });
    expect(gaps).toEqual([{ reason: 'The file cannot be read, so there was nothing to ask.' }]);
  });

  test('is stopped by a cancel, in the middle', async () => {
    const { url } = await start();
    const stop = new AbortController();
    const many = Array.from({ length: 200 }, (_, i) => `- {name: s${i}, host: h}\n`).join('');
    const context: OperationContext = {
      ...quietContext(stop.signal),
      report: ({ step, done }) => void (step === 'validate' && done === 5 && stop.abort()),
    };
    await expect(judge(url, `_format_version: "3.0"\nservices:\n${many}`, { context })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('a gateway that cannot be asked says why', () => {
  test.each([
    [401, 'gateway-unauthorized'],
    [403, 'gateway-forbidden'],
    [500, 'gateway-rejected'],
  ])('status %i', async (status, code) => {
    const gateway = await start();
    gateway.faults.add({ effect: { status, body: { message: 'no' } } });
    const error = await judge(gateway.url, file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, place: expect.stringContaining('GET') as unknown });
    expect((error as { remedy: string }).remedy).not.toBe('');
  });

  test('down, or no Kong at all', async () => {
    await expect(judge('http://127.0.0.1:1', file)).rejects.toMatchObject({ code: 'gateway-unreachable' });
    const gateway = await start();
    gateway.faults.add({ effect: 'html' });
    await expect(judge(gateway.url, file)).rejects.toMatchObject({ code: 'gateway-not-kong' });
  });

  test('a token that runs out on the way is an error, a kind that stays shut is a gap', async () => {
    const gateway = await start();
    const path = /\/validate$/;
    const takeBack = gateway.faults.add({ path, effect: { status: 403, body: { message: 'no' } } });
    const { verdict, gaps, asked } = await judge(gateway.url, file);
    expect(verdict).toBe('unproved');
    expect(gaps.map(({ kind, count }) => [kind, count])).toEqual([
      ['services', 1],
      ['routes', 1],
      ['plugins', 1],
    ]);
    expect(asked).toEqual([{ by: expect.anything() as unknown, entities: 0 }]);
    takeBack();
    gateway.faults.add({ path, effect: { status: 401, body: { message: 'no' } } });
    await expect(judge(gateway.url, file)).rejects.toMatchObject({ code: 'gateway-unauthorized' });
  });

  test('odd schemas are said and not used', async () => {
    const gateway = await start();
    const fields = Array.from({ length: 70_000 }, (_, i) => ({ [`f${i}`]: { type: 'string' } }));
    gateway.faults.add({ path: /^\/schemas\/plugins\/our-plugin$/, effect: { status: 200, body: { fields } } });
    const { gaps } = await judge(gateway.url, file);
    expect(gaps).toEqual([{ kind: 'our-plugin', reason: expect.stringContaining('makes no sense') as unknown }]);
  });
});

const old = await requireTool(deckOld);
const current = await requireTool(deckNew);
const noSchemas: OnlineParts['schemas'] = { schemas: () => Promise.resolve({ entities: {}, plugins: {}, failed: [] }) };
const byDeck = (deckPath: string) => ({
  environment: { engine: 'deck' },
  more: { deck: createDeckDriver({ deckPath, requestTimeout: 5000 }), schemas: noSchemas },
});
const bad = file.replace('level: 3', 'level: 9');
const level = 'services[0].routes[0].plugins[0].config.level';

current.describeTool('decK, where the environment wants it', () => {
  test('is asked, and its words are read', async () => {
    const { url } = await start();
    const { found, asked, verdict } = await judge(url, bad, byDeck(current.path));
    expect(verdict).toBe('refused');
    expect(found).toEqual([['gateway-refuses', level, 11, expect.stringMatching(/^decK 1.*, Kong 3\.9/)]]);
    expect(asked).toEqual([{ by: expect.stringMatching(/^decK /) as unknown, entities: 3 }]);
    expect(await judge(url, file, byDeck(current.path))).toMatchObject({ verdict: 'taken', found: [] });
  });

  test('that fails for another reason is an error, not a verdict', async () => {
    const gateway = await start();
    gateway.faults.add({ path: /\/validate$/, effect: { status: 401, body: { message: 'no' } } });
    await expect(judge(gateway.url, file, byDeck(current.path))).rejects.toMatchObject({
      code: 'gateway-unauthorized',
    });
  });
});

old.describeTool('decK of old, which asks no gateway', () => {
  test('has the gateway asked besides', async () => {
    const { url } = await start();
    const { found, asked } = await judge(url, bad, byDeck(old.path));
    expect(found).toContainEqual(['gateway-refuses', level, 11, expect.stringMatching(/^Kong 3\.9/)]);
    expect(asked.map(({ by }) => by)).toEqual([
      expect.stringContaining('asks no gateway'),
      expect.stringContaining('Admin API'),
    ]);
  });
});

describe('kong’s own program', () => {
  const text = '_format_version: "3.0"\n_transform: true\nservices:\n- {name: a, host: h, port: 70000}\n';
  const kongThat = (exitCode: number, stderr: string): Partial<OnlineParts> => ({
    kong: () => createKongJudge(() => Promise.resolve({ exitCode, stdout: '', stderr })),
  });

  test('reads files of its own format', async () => {
    const { url } = await start({ mode: 'dbless' });
    const said =
      "Error: Failed parsing:\nin 'services':\n  - in entry 1 of 'services':\n    in 'name': this it does not like\n";
    const { found, asked } = await judge(url, text, { more: kongThat(1, said) });
    expect(found).toContainEqual([
      'gateway-refuses',
      'services[0].name',
      4,
      expect.stringMatching(/^kong config parse, Kong 3\.9/),
    ]);
    expect(asked).toEqual([{ by: 'kong config parse', entities: 1 }]);
  });

  test('that cannot work leaves the asking to the Admin API, and that is said', async () => {
    const { url } = await start({ mode: 'dbless' });
    const { gaps, asked } = await judge(url, text, { more: kongThat(1, 'Error: no file at: /nothere.conf\n') });
    expect(gaps).toEqual([{ reason: expect.stringContaining('nothere') as unknown }]);
    expect(asked).toEqual([{ by: expect.stringContaining('Admin API') as unknown, entities: 1 }]);
  });

  test('is run as the environment says, with its configuration, and gets our files where it runs', async () => {
    const { url } = await start({ mode: 'dbless' });
    const program = path.join(await temporaryFolder(), 'kong.mjs');
    const said = "Error: Failed parsing:\\nin 'services':\\n  - in entry 1 of 'services':\\n    in 'name': ";
    await writeFile(
      program,
      `process.stderr.write("${said}" + [process.argv[2], process.argv[3], ...process.argv.slice(5)].join(' ') + "\\n"); process.exit(1);`,
    );
    const command = [process.execPath, program];
    const more: Partial<OnlineParts> = { kong: kongJudgeOf };
    const { diagnostics } = await judge(url, text, {
      environment: { kong: { command, conf: '/etc/kong.conf' } },
      more,
    });
    expect(diagnostics.map(({ message }) => message)).toContain(
      '`services[0].name`: config parse --conf /etc/kong.conf.',
    );
    if (process.platform !== 'win32') {
      const behind = await judge(url, text, { environment: { kong: { command, copy: ['env'] } }, more });
      expect(behind.asked).toEqual([{ by: 'kong config parse', entities: 1 }]);
    }
    const copy = ['no-such-program'];
    const { asked } = await judge(url, text, { environment: { kong: { command, copy } }, more });
    expect(asked).toEqual([{ by: expect.stringContaining('Admin API') as unknown, entities: 1 }]);
  });
});
