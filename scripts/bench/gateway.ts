// What reading, planning and writing a gateway takes, whole programs, beside decK on the same gateway and the same entities, in turns.
//
//   npm run bench:gateway [-- --entities 10000] [--large 100000] [--latency 0,5] [--runs 3] [--deck-runs 1]
//                         [--only dump,plan,restore,change,large] [--admin URL [--wipe]] [--json FILE]
//
// By default against a practice gateway in a process of its own. A gateway by its address is emptied again and again: one that
// holds anything is refused unless --wipe is given. `engine` is the job alone, in a process that does nothing else; `program` is the
// command of the CLI as people call it, which also proves what it read, keeps a safety snapshot and reads back. CPU says more
// than the time on a machine that is busy with other things.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Pool } from 'undici';
import { readGateway, wipeGateway } from '../../test/helpers/gatewayContents.js';
import { root } from '../lib/places.js';
import { deckNew } from '../tools/deckNew.js';
import { type EstateEntity, gatewayChanges, gatewayEstate } from './gatewayEstate.js';
import { metered } from './metered.js';

const { values } = parseArgs({
  options: {
    entities: { type: 'string', default: '10000' },
    large: { type: 'string', default: '100000' },
    latency: { type: 'string', default: '0,5' },
    runs: { type: 'string', default: '3' },
    'deck-runs': { type: 'string', default: '1' },
    only: { type: 'string', default: 'dump,plan,restore,change,large' },
    admin: { type: 'string' },
    wipe: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const wanted = new Set(values.only.split(','));
const runs = Number(values.runs);
const deckRuns = Number(values['deck-runs']);
const schemas = path.join(root, 'schemas');
const cli = path.join(root, 'dist', 'cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'kong-backup-bench-'));

interface Took {
  /** Milliseconds. */
  time: number;
  /** Seconds of CPU of the process alone. */
  cpu?: number | undefined;
  /** MiB at most. */
  memory?: number | undefined;
  /** Milliseconds of its writing alone, and how much it created. */
  applying?: number;
  creates?: number;
  rate?: number;
}

interface Row {
  job: string;
  entities: number;
  latency: number | undefined;
  engine?: Took;
  program: Took;
  deck?: Took;
  /** Of the gateway itself, POSTs of the same entities a second, in the same run. */
  rate?: number;
}

interface Gateway {
  readonly url: string;
  empty(): Promise<void>;
  fill(count: number): Promise<void>;
  /** Another retry count in so many services. */
  change(count: number, retries: number): Promise<void>;
  /** Milliseconds that every answer is held back. */
  hold(latency: number): Promise<void>;
  stop(): Promise<void>;
}

async function bundle(name: string): Promise<string> {
  const outfile = path.join(folder, `${name}.cjs`);
  const entry = path.join(root, 'scripts', 'bench', `${name}.ts`);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  return outfile;
}

async function startPlay(program: string): Promise<Gateway> {
  const child = spawn(process.execPath, [program, schemas], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('The practice gateway ended.');
    return String(value);
  };
  const url = await next();
  const order = async (...words: (string | number)[]): Promise<void> => {
    child.stdin.write(`${words.join(' ')}\n`);
    await next();
  };
  return {
    url,
    empty: () => order('empty'),
    fill: (count) => order('fill', count),
    change: (count, retries) => order('change', count, retries),
    hold: (latency) => order('latency', latency),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.stdin.end();
      }),
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
  return {
    url,
    empty,
    stop: empty,
    async fill(count) {
      for (const level of gatewayEstate(count)) await send(url, 'POST', level);
    },
    change: (count, retries) => send(url, 'PATCH', gatewayChanges(count, retries)),
    hold: () => Promise.resolve(),
  };
}

/** With nothing of the product in between. */
async function send(url: string, method: 'POST' | 'PATCH', all: readonly EstateEntity[]): Promise<void> {
  const connections = 50;
  const pool = new Pool(url, { connections });
  const todo = all.values();
  const headers = { 'content-type': 'application/json' };
  const one = async (): Promise<void> => {
    for (const { path: place, body } of todo) {
      const answer = await pool.request({ method, path: place, headers, body: JSON.stringify(body) });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${method} ${place}: ${answer.statusCode} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  await pool.close();
}

interface Tools {
  gateway: Gateway;
  probe: string;
  deck: string | undefined;
}

/** A job of the engine alone. */
function engine({ probe, gateway }: Tools, job: string, file: string): Took {
  const args = [probe, job, gateway.url, file, schemas];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${job}: ${stderr}`);
  return JSON.parse(stdout) as Took;
}

/** A command of the CLI. @returns what it took, and what it said. */
function program(fine: readonly number[], ...args: string[]): { took: Took; said: string } {
  const { seconds, cpuSeconds, memory, exitCode, stdout, stderr } = metered(
    process.execPath,
    [cli, ...args, '--format', 'json'],
    { cwd: folder },
  );
  if (!fine.includes(exitCode ?? -1)) throw new Error(`kong-backup ${args.join(' ')}: ${exitCode} ${stderr}`);
  return { took: { time: seconds * 1000, cpu: cpuSeconds, memory }, said: stdout };
}

function deck({ deck: decK, gateway }: Tools, ...args: string[]): Took | undefined {
  if (decK === undefined) return undefined;
  const env = { ...process.env, DECK_ANALYTICS: 'off' };
  const { seconds, cpuSeconds, memory, exitCode, stderr } = metered(
    decK,
    ['gateway', ...args, '--kong-addr', gateway.url],
    { env },
  );
  if (exitCode !== 0) throw new Error(`decK: ${args.join(' ')}: ${stderr}`);
  return { time: seconds * 1000, cpu: cpuSeconds, memory };
}

function middle(all: readonly Took[]): Took {
  const sorted = [...all].sort((a, b) => a.time - b.time);
  const found = sorted[sorted.length >> 1];
  if (!found) throw new Error('Nothing was measured.');
  return found;
}

type Turn = () => Took | undefined | Promise<Took | undefined>;

/** Several turns, one after the other in each; of each the middle one. */
async function inTurns(jobs: {
  engine?: Turn;
  program: Turn;
  deck?: Turn;
}): Promise<Omit<Row, 'job' | 'entities' | 'latency'>> {
  const all: Record<keyof typeof jobs, Took[]> = { engine: [], program: [], deck: [] };
  for (let turn = 0; turn < runs; turn++) {
    for (const name of ['engine', 'program', 'deck'] as const) {
      if (name === 'deck' && turn >= deckRuns) continue;
      const took = await jobs[name]?.();
      if (took) all[name].push(took);
    }
  }
  return {
    program: middle(all.program),
    ...(all.engine.length > 0 && { engine: middle(all.engine) }),
    ...(all.deck.length > 0 && { deck: middle(all.deck) }),
  };
}

function writeEnvironments(url: string): void {
  const restore = { maxDeletes: 1_000_000, maxDeleteShare: 1 };
  const environments = [{ id: 'bench', name: 'shop', adminUrl: url, engine: 'admin-api', restore }];
  writeFileSync(path.join(folder, 'kong-environments.yaml'), JSON.stringify({ environments }));
}

const snapshots = (): void => rmSync(path.join(folder, '.kong-snapshots'), { recursive: true, force: true });
const newFile = (): string => path.join(folder, `${performance.now()}.yaml`);

async function reading(tools: Tools, entities: number, latency: number | undefined, isLarge: boolean): Promise<Row[]> {
  const { gateway } = tools;
  const head = { entities, latency };
  let file = '';
  snapshots();
  const dumped = await inTurns({
    engine: () => engine(tools, 'dump', (file = newFile())),
    program: () => (snapshots(), program([0], 'backup', 'shop', '--parts', 'entities').took),
    deck: () => deck(tools, 'dump', '--with-id', '--yes', '-o', newFile()),
  });
  const rows: Row[] = wanted.has('dump') || isLarge ? [{ ...head, job: 'dump', ...dumped }] : [];
  if (!wanted.has('plan') && !isLarge) return rows;
  const planned = await inTurns({
    program: () => program([0], 'diff', 'live:shop', 'shop/latest').took,
    // A hundred thousand take decK minutes.
    ...(!isLarge && { deck: () => deck(tools, 'diff', file) }),
  });
  await gateway.hold(0);
  return [...rows, { ...head, job: 'plan against live', ...planned }];
}

/** What a restore of the newest snapshot took, as the program tells it. */
function restored(): Took {
  const { took, said } = program([0], 'restore', 'shop/latest', 'shop', '--mode', 'exact', '--yes');
  const { report } = JSON.parse(said) as { report: { applied: { creates: number }; durations: { apply: number } } };
  return { ...took, applying: report.durations.apply, creates: report.applied.creates };
}

/** The snapshot that is restored; what guards each restore goes. */
function keepFirst(): () => void {
  const all = path.join(folder, '.kong-snapshots');
  const kept = path.join(folder, 'kept');
  rmSync(kept, { recursive: true, force: true });
  cpSync(all, kept, { recursive: true });
  return () => {
    snapshots();
    cpSync(kept, all, { recursive: true });
  };
}

async function writing(tools: Tools, entities: number, latency: number | undefined): Promise<Row[]> {
  const { gateway } = tools;
  const head = { entities, latency };
  snapshots();
  const file = newFile();
  engine(tools, 'dump', file);
  program([0], 'backup', 'shop', '--parts', 'entities');
  const again = keepFirst();
  const rows: Row[] = [];
  if (wanted.has('change')) {
    const changes = Math.min(100, entities / 10);
    const changed = await inTurns({
      engine: async () => (await gateway.change(changes, 3), engine(tools, 'apply', file)),
      program: async () => (again(), await gateway.change(changes, 3), restored()),
      deck: async () => (await gateway.change(changes, 4), deck(tools, 'sync', file)),
    });
    rows.push({ ...head, job: `restore of ${changes} changes`, ...changed });
  }
  if (wanted.has('restore')) {
    const rates: number[] = [];
    const created = await inTurns({
      engine: async () => {
        await gateway.empty();
        rates.push(engine(tools, 'post', file).rate ?? 0);
        await gateway.empty();
        return engine(tools, 'apply', file);
      },
      program: async () => (again(), await gateway.empty(), restored()),
      deck: async () => (await gateway.empty(), deck(tools, 'sync', file)),
    });
    const rate = rates.sort((a, b) => a - b)[rates.length >> 1] ?? 0;
    rows.push({ ...head, job: 'restore of all', ...created, rate });
  }
  return rows;
}

const seconds = (took: Took | undefined): string => (took ? (took.time / 1000).toFixed(2) : '-');

/** Creates a second, and their share of the gateway's own rate. */
function writesOf(took: Took | undefined, rate: number | undefined): string {
  if (rate === undefined || took?.applying === undefined) return '';
  const writes = ((took.creates ?? 0) * 1000) / took.applying;
  return `${Math.round(writes)}/s, ${Math.round((writes * 100) / rate)} % of ${rate}`;
}

function print(rows: readonly Row[]): void {
  console.log(
    '| job | entities | latency | engine s | MiB | writes | program s | CPU s | MiB | writes | decK s | ratio |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { job, entities, latency, engine: alone, program: whole, deck: peer, rate } of rows) {
    const cells = [
      ...[job, entities, latency === undefined ? '-' : `${latency} ms`],
      ...[seconds(alone), alone?.memory ?? '', writesOf(alone, rate)],
      ...[seconds(whole), whole.cpu?.toFixed(2) ?? '', whole.memory ?? '', writesOf(whole, rate)],
      ...[seconds(peer), peer ? `${(peer.time / whole.time).toFixed(1)} ×` : '-'],
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function measureAll(tools: Tools, latencies: readonly (number | undefined)[]): Promise<Row[]> {
  const { gateway } = tools;
  const rows: Row[] = [];
  const [entities, large] = [Number(values.entities), Number(values.large)];
  const each = async (count: number, job: (latency: number | undefined) => Promise<Row[]>): Promise<void> => {
    for (const latency of latencies) {
      await gateway.hold(0);
      await gateway.empty();
      await gateway.fill(count);
      await gateway.hold(latency ?? 0);
      const found = await job(latency);
      rows.push(...found);
      print(found);
    }
  };
  if (wanted.has('dump') || wanted.has('plan'))
    await each(entities, (latency) => reading(tools, entities, latency, false));
  if (wanted.has('change') || wanted.has('restore'))
    await each(entities, (latency) => writing(tools, entities, latency));
  if (wanted.has('large') && large > 0) await each(large, (latency) => reading(tools, large, latency, true));
  return rows;
}

async function main(): Promise<void> {
  const probe = await bundle('gatewayProbe');
  const decK = await deckNew.find();
  if (decK === undefined) console.log('decK is not installed (npm run setup): only our own times.');
  const gateway = await (values.admin === undefined
    ? startPlay(await bundle('gatewayPlay'))
    : namedGateway(values.admin.replace(/\/+$/, '')));
  try {
    writeEnvironments(gateway.url);
    const latencies = values.admin === undefined ? values.latency.split(',').map(Number) : [undefined];
    const rows = await measureAll({ gateway, probe, deck: decK }, latencies);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  } finally {
    await gateway.stop();
  }
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
