// What reading, planning and writing a gateway takes, beside decK on the same gateway and the same entities, in turns.
//
//   npm run bench:gateway [-- --entities 10000] [--large 100000] [--latency 0,5] [--runs 3] [--only dump,plan,restore,change]
//                         [--admin URL [--wipe]] [--json FILE]
//
// By default against a practice gateway in a process of its own. A gateway by its address is emptied again and again: one that
// holds anything is refused unless --wipe is given. Times are those of the whole process for decK and of the job for us: a
// process of node adds about 0.1 s. CPU says more than the time on a machine that is busy with other things.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Pool } from 'undici';
import { readGateway, wipeGateway } from '../../test/helpers/gatewayContents.js';
import { root } from '../lib/places.js';
import { deckNew } from '../tools/deckNew.js';

const { values } = parseArgs({
  options: {
    entities: { type: 'string', default: '10000' },
    large: { type: 'string', default: '100000' },
    latency: { type: 'string', default: '0,5' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: 'dump,plan,restore,change' },
    admin: { type: 'string' },
    wipe: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const wanted = new Set(values.only.split(','));
const runs = Number(values.runs);
const schemas = path.join(root, 'schemas');
const folder = mkdtempSync(path.join(tmpdir(), 'kong-backup-bench-'));

interface Took {
  /** Milliseconds, seconds of CPU of the process alone, MiB at most. */
  time: number;
  cpu?: number;
  memory?: number;
  [more: string]: number | undefined;
}

interface Row {
  job: string;
  entities: number;
  latency: number | undefined;
  ours: Took;
  deck?: Took;
  /** Of the gateway itself, POSTs a second, in the same run. */
  rate?: number;
}

interface Gateway {
  readonly url: string;
  empty(): Promise<void>;
  stop(): Promise<void>;
}

async function bundle(name: string): Promise<string> {
  const outfile = path.join(folder, `${name}.cjs`);
  const entry = path.join(root, 'scripts', 'bench', `${name}.ts`);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  return outfile;
}

async function startPlay(program: string, latency: number): Promise<Gateway> {
  let child = spawn(process.execPath, [program, schemas, String(latency)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const addressOf = async (): Promise<string> => String((await once(child.stdout, 'data'))[0]).trim();
  let url = await addressOf();
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return {
    get url() {
      return url;
    },
    stop,
    async empty() {
      await stop();
      child = spawn(process.execPath, [program, schemas, String(latency)], { stdio: ['pipe', 'pipe', 'inherit'] });
      url = await addressOf();
    },
  };
}

async function namedGateway(url: string): Promise<Gateway> {
  const held = await readGateway(url);
  if (held.length > 0 && !values.wipe) {
    throw new Error(
      `${url} holds ${held.length} entities: name an empty gateway, or give --wipe to have them deleted.`,
    );
  }
  const empty = (): Promise<void> => wipeGateway(url);
  await empty();
  return { url, empty, stop: empty };
}

const id = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/** By path, in the order of levels: of ten entities three services, three routes, one plugin, two consumers, one key. */
function estate(count: number): { path: string; body: object }[][] {
  const tens = Array.from({ length: Math.ceil(count / 10) }, (_, ten) => ten * 10);
  const three = [0, 1, 2];
  const services = tens.flatMap((ten) =>
    three.map((n) => ({ path: '/services', body: { id: id(ten + n), name: `service-${ten + n}`, host: 'a.test' } })),
  );
  const routes = tens.flatMap((ten) =>
    three.map((n) => ({
      path: '/routes',
      body: { id: id(ten + 3 + n), name: `route-${ten + n}`, paths: [`/p/${ten + n}`], service: { id: id(ten + n) } },
    })),
  );
  const consumers = tens.flatMap((ten) =>
    [6, 7].map((n) => ({ path: '/consumers', body: { id: id(ten + n), username: `consumer-${ten + n}` } })),
  );
  const plugins = tens.map((ten) => ({
    path: '/plugins',
    body: { id: id(ten + 8), name: 'key-auth', route: { id: id(ten + 3) }, config: { key_names: ['apikey'] } },
  }));
  const keys = tens.map((ten) => ({
    path: `/consumers/${id(ten + 6)}/key-auth`,
    body: { id: id(ten + 9), key: `key-${ten}` },
  }));
  return [services, routes, consumers, plugins, keys];
}

/** With nothing of the product in between. */
async function fill(url: string, count: number): Promise<void> {
  const pool = new Pool(url, { connections: 50 });
  for (const level of estate(count)) {
    const todo = level.values();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (const each of todo) {
          const headers = { 'content-type': 'application/json' };
          const answer = await pool.request({
            method: 'POST',
            path: each.path,
            headers,
            body: JSON.stringify(each.body),
          });
          const text = await answer.body.text();
          if (answer.statusCode !== 201) throw new Error(`POST ${each.path}: ${answer.statusCode} ${text}`);
        }
      }),
    );
  }
  await pool.close();
}

/** Another retry count in so many services. */
async function change(url: string, count: number, retries: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const body = JSON.stringify({ retries });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/services/service-${n * 10}`, { method: 'PATCH', headers, body });
  }
}

function ours(probe: string, job: string, url: string, file: string, count = 0): Took {
  const args = [probe, job, url, file, schemas, String(count)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${job}: ${stderr}`);
  return JSON.parse(stdout) as Took;
}

function deck(program: string | undefined, url: string, ...args: string[]): Took | undefined {
  if (program === undefined) return undefined;
  const started = performance.now();
  const env = { ...process.env, DECK_ANALYTICS: 'off' };
  const all = ['gateway', ...args, '--kong-addr', url];
  const { status, stderr } = spawnSync(program, all, { encoding: 'utf8', env, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`decK: ${args.join(' ')}: ${stderr}`);
  return { time: performance.now() - started };
}

const middle = (all: readonly Took[]): Took => [...all].sort((a, b) => a.time - b.time)[all.length >> 1]!;

/** Of several turns, ours and decK's one after the other, the middle one each. */
async function inTurns(
  turns: number,
  one: () => Took | Promise<Took>,
  other: () => Promise<Took | undefined> | Took | undefined,
): Promise<{ ours: Took; deck?: Took }> {
  const all: { ours: Took[]; deck: Took[] } = { ours: [], deck: [] };
  for (let turn = 0; turn < turns; turn++) {
    all.ours.push(await one());
    const took = await other();
    if (took) all.deck.push(took);
  }
  return { ours: middle(all.ours), ...(all.deck.length > 0 && { deck: middle(all.deck) }) };
}

interface Programs {
  probe: string;
  deck: string | undefined;
}

async function reading(gateway: Gateway, programs: Programs, entities: number, latency?: number): Promise<Row[]> {
  const { probe } = programs;
  await gateway.empty();
  await fill(gateway.url, entities);
  let file = path.join(folder, 'none');
  const nextFile = (): string => (file = path.join(folder, `${performance.now()}.yaml`));
  const rows: Row[] = [];
  const dump = await inTurns(
    runs,
    () => ours(probe, 'dump', gateway.url, nextFile()),
    () => deck(programs.deck, gateway.url, 'dump', '--with-id', '--yes', '-o', `${file}.deck.yaml`),
  );
  if (wanted.has('dump')) rows.push({ job: 'dump', entities, latency, ...dump });
  if (wanted.has('plan')) {
    const plan = await inTurns(
      runs,
      () => ours(probe, 'plan', gateway.url, file),
      () => deck(programs.deck, gateway.url, 'diff', `${file}.deck.yaml`),
    );
    rows.push({ job: 'plan against live', entities, latency, ...plan });
  }
  return rows;
}

async function writing(gateway: Gateway, programs: Programs, entities: number, latency?: number): Promise<Row[]> {
  const { probe } = programs;
  await gateway.empty();
  await fill(gateway.url, entities);
  const file = path.join(folder, `write-${latency ?? ''}.yaml`);
  ours(probe, 'dump', gateway.url, file);
  const rows: Row[] = [];
  if (wanted.has('change')) {
    const changes = Math.min(100, entities / 10);
    const changed = await inTurns(
      runs,
      async () => (await change(gateway.url, changes, 3), ours(probe, 'apply', gateway.url, file)),
      async () =>
        programs.deck
          ? (await change(gateway.url, changes, 4), deck(programs.deck, gateway.url, 'sync', file))
          : undefined,
    );
    rows.push({ job: `restore of ${changes} changes`, entities, latency, ...changed });
  }
  if (wanted.has('restore')) {
    const rates: number[] = [];
    const created = await inTurns(
      runs,
      async () => {
        await gateway.empty();
        rates.push(ours(probe, 'post', gateway.url, file, entities)['rate'] ?? 0);
        await gateway.empty();
        return ours(probe, 'apply', gateway.url, file);
      },
      async () => (programs.deck ? (await gateway.empty(), deck(programs.deck, gateway.url, 'sync', file)) : undefined),
    );
    const rate = rates.sort((a, b) => a - b)[rates.length >> 1] ?? 0;
    rows.push({ job: 'restore of all', entities, latency, ...created, rate });
  }
  return rows;
}

const seconds = (time: number): string => (time / 1000).toFixed(2);

function print(rows: readonly Row[]): void {
  console.log('| job | entities | latency | ours s | CPU s | MiB | decK s | ratio | creates/s | of POST rate |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { job, entities, latency, ours: our, deck: peer, rate } of rows) {
    const writes = our['applying'] === undefined ? undefined : ((our['creates'] ?? 0) * 1000) / our['applying'];
    const cells = [
      job,
      entities,
      latency === undefined ? '-' : `${latency} ms`,
      seconds(our.time),
      seconds(our.cpu ?? 0),
      our.memory ?? '',
      peer ? seconds(peer.time) : '-',
      peer ? `${(peer.time / our.time).toFixed(1)} ×` : '-',
      rate === undefined ? '' : Math.round(writes ?? 0),
      rate === undefined ? '' : `${Math.round(((writes ?? 0) * 100) / rate)} % of ${rate}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function main(): Promise<void> {
  const programs = { probe: await bundle('gatewayProbe'), deck: await deckNew.find() };
  if (programs.deck === undefined) console.log('decK is not installed (npm run setup): only our own times.');
  const play = values.admin === undefined ? await bundle('gatewayPlay') : '';
  const latencies = values.admin === undefined ? values.latency.split(',').map(Number) : [undefined];
  const [entities, large] = [Number(values.entities), Number(values.large)];
  const rows: Row[] = [];
  for (const latency of latencies) {
    const gateway = await (values.admin === undefined
      ? startPlay(play, latency ?? 0)
      : namedGateway(values.admin.replace(/\/+$/, '')));
    try {
      if (wanted.has('dump') || wanted.has('plan')) {
        for (const count of [entities, large])
          if (count > 0) rows.push(...(await reading(gateway, programs, count, latency)));
      }
      if (wanted.has('restore') || wanted.has('change'))
        rows.push(...(await writing(gateway, programs, entities, latency)));
    } finally {
      await gateway.stop();
    }
  }
  print(rows);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
