import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { quietContext } from '../../src/core/context.js';
import type { JsonObject } from '../../src/core/json.js';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import type { Entity } from '../../src/estate/entity.js';
import { readRuns, type RestoreRun } from '../../src/operations/restoreRuns.js';
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { createFolderStore } from '../../src/stores/folder.js';
import { createLineFolder } from '../../src/stores/lineFolder.js';
import { buildCliProgram, startCliProgram } from '../../test/helpers/cliProgram.js';
import { loadEstate } from '../../test/helpers/loadEstate.js';
import { randomFrom, type Victim } from './killPoints.js';

const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));

/** From where a restore is killed: before anything is written, while it writes, and while it reads back. */
const marks = ['safety-snapshot', 'apply', 'apply', 'apply', 'apply', 'verify'];

/** Milliseconds of each answer while a restore runs: between two of them it can be killed. */
const latency = 3;
/** Entities of each kind that a restore creates, updates and deletes. */
const many = 14;
/** How often what resumes or undoes is killed as well. */
const killedAgain = 0.3;

export interface RestoreVictim extends Victim {
  /** How often each was done, and how often it was killed itself. */
  readonly done: { resumed: number; undone: number; untouched: number; whole: number; killedAgain: number };
  close(): Promise<void>;
}

/** Restores of a practice gateway by the command line: what is killed is resumed or undone in turn, and compared exactly. */
export async function createRestoreVictim(seed: number): Promise<RestoreVictim> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-restore-torture-'));
  const facts = await schemaFolder(schemas).facts('3.9');
  const options: Parameters<typeof startPracticeGateway>[0] = { facts, estate: 'empty' };
  const gateway = await startPracticeGateway(options);
  const program = await buildCliProgram('torture-restore', { minify: true });
  const limits = { maxDeletes: 100_000, maxDeleteShare: 1 };
  const file = { environments: [{ id: 'shop-id', name: 'shop', adminUrl: gateway.url, restore: limits }] };
  await writeFile(path.join(folder, 'kong-environments.yaml'), JSON.stringify(file));
  const random = randomFrom(seed);
  const root = path.join(folder, '.kong-snapshots');
  const journals = path.join(root, '.restores');
  const store = createFolderStore(root);
  const run = (argv: readonly string[], onOutput?: Parameters<typeof startCliProgram>[3]) =>
    startCliProgram(program, [...argv, '--format', 'json'], folder, onOutput);
  const done = { resumed: 0, undone: 0, untouched: 0, whole: 0, killedAgain: 0 };

  const fill = async (make: (url: string) => Promise<void>): Promise<string> => {
    options.latency = 0;
    gateway.reset();
    await make(gateway.url);
    return contents(gateway.url);
  };
  const wanted = await fill(wantedState);
  const taken = await run(['backup', 'shop']).exit;
  if (taken.code !== 0) throw new Error(`The backup failed: ${taken.stderr}`);
  const { id: snapshot } = JSON.parse(taken.stdout) as { id: string };
  let before = await fill(otherState);

  const unfinished = async (): Promise<RestoreRun | undefined> =>
    (await readRuns(createLineFolder(journals))).find(({ run: { state } }) => state === 'unfinished')?.run;
  const settle = async (goal: 'resume' | 'undo'): Promise<string[]> => {
    for (let tries = 0; tries < 6; tries++) {
      const open = await unfinished();
      if (!open) return tries > 0 ? [] : ['nothing is said to be unfinished'];
      const argv = goal === 'undo' && open.undoes === undefined ? ['undo', 'shop'] : ['restore', '--resume'];
      const killAt = tries < 3 && random() < killedAgain ? random() * 500 : undefined;
      let timer: NodeJS.Timeout | undefined;
      const { child, exit } = run([...argv, '--yes'], ({ stderr }) => {
        if (killAt === undefined || timer || !stderr.includes('"step":"apply"')) return;
        timer = setTimeout(() => child.kill('SIGKILL'), killAt);
      });
      const { code, signal, stdout, stderr } = await exit;
      clearTimeout(timer);
      if (signal === 'SIGKILL') done.killedAgain++;
      else if (code !== 0) return [`${argv.join(' ')} ended with ${code}: ${failuresOf(stdout) || stderr.slice(-600)}`];
    }
    return ['it could not be settled'];
  };

  let turns = 0;
  return {
    marks,
    done,
    async prepare() {
      await rm(journals, { recursive: true, force: true });
      for (const { id } of await store.list()) if (id !== snapshot) await store.remove(id);
      before = await fill(otherState);
      options.latency = latency;
    },
    start(reached) {
      const told = new Set<string>();
      return run(['restore', snapshot, 'shop', '--mode', 'exact', '--yes'], ({ stderr }) => {
        for (const mark of marks) {
          if (told.has(mark) || !stderr.includes(`"step":"${mark}"`)) continue;
          told.add(mark);
          reached(mark);
        }
      });
    },
    async judge() {
      const found = await contents(gateway.url);
      if (!(await unfinished())) {
        if (found === before) done.untouched++;
        else if (found === wanted) done.whole++;
        else return ['a part of it is written, and no journal tells of it'];
        return [];
      }
      const goal = turns++ % 2 === 0 ? 'resume' : 'undo';
      const problems = await settle(goal);
      done[goal === 'resume' ? 'resumed' : 'undone']++;
      const after = await contents(gateway.url);
      const difference = differenceOf(goal === 'resume' ? wanted : before, after);
      return [...problems, ...(difference === undefined ? [] : [`${goal}: ${difference}`])];
    },
    async close() {
      await gateway.close();
      await rm(program, { force: true });
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The first reasons that a report names. */
function failuresOf(stdout: string): string {
  try {
    const { report } = JSON.parse(stdout) as { report?: { failed: { reason: string }[] } };
    return (report?.failed ?? [])
      .slice(0, 3)
      .map(({ reason }) => reason)
      .join(' | ');
  } catch {
    return '';
  }
}

const id = (group: number, n: number): string => `0000000${group}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const numbers = [...Array(many).keys()];

const service = (group: number, n: number, more: JsonObject = {}): Entity => ({
  kind: 'services',
  fields: { id: id(group, n), name: `service-${group}-${n}`, host: 'a.internal', ...more },
});
const consumer = (group: number, n: number, more: JsonObject = {}): Entity => ({
  kind: 'consumers',
  fields: { id: id(group, 1000 + n), username: `consumer-${group}-${n}`, ...more },
});
const family = (group: number, n: number): Entity[] => [
  service(group, n),
  {
    kind: 'routes',
    fields: {
      id: id(group, 2000 + n),
      name: `route-${group}-${n}`,
      paths: [`/${group}/${n}`],
      service: { id: id(group, n) },
    },
  },
  consumer(group, n),
  {
    kind: 'keyauth_credentials',
    fields: { id: id(group, 3000 + n), key: `key-${group}-${n}`, consumer: { id: id(group, 1000 + n) } },
  },
  {
    kind: 'plugins',
    fields: { id: id(group, 4000 + n), name: 'cors', service: { id: id(group, n) } },
  },
];

/** What the snapshot holds: families 1, and 3 as they should be. */
const wantedState = (url: string): Promise<void> =>
  loadEstate(url, [
    ...numbers.flatMap((n) => family(1, n)),
    ...numbers.map((n) => service(3, n, { retries: 2 })),
    ...numbers.map((n) => consumer(3, n, { tags: ['wanted'] })),
  ]);

/** What is restored over: families 2 are too much, and the names of families 3 have gone round. */
const otherState = (url: string): Promise<void> =>
  loadEstate(url, [
    ...numbers.flatMap((n) => family(2, n)),
    ...numbers.map((n) => service(3, n, { name: `service-3-${(n + 1) % many}` })),
    ...numbers.map((n) => consumer(3, n, { username: `consumer-3-${n % 2 === 0 ? n + 1 : n - 1}` })),
  ]);

/** All that the gateway holds, entity by entity, without the times that it makes. */
async function contents(url: string): Promise<string> {
  const driver = createAdminApiDriver({ requestTimeout: 10_000 });
  const target = { environment: { id: 't', name: 't', adminUrl: url, mode: 'traditional' as const }, headers: {} };
  const { entities, gaps } = await driver.read(target, 'default', {}, quietContext());
  if (gaps.some(({ part }) => part === 'entities')) throw new Error(`Not all could be read: ${JSON.stringify(gaps)}`);
  const lines = entities.map(({ kind, fields: { created_at: _made, updated_at: _changed, ...rest } }) =>
    JSON.stringify([kind, Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );
  return lines.sort().join('\n');
}

function differenceOf(wanted: string, found: string): string | undefined {
  if (wanted === found) return undefined;
  const [a, b] = [new Set(wanted.split('\n')), new Set(found.split('\n'))];
  const missing = [...a].filter((line) => !b.has(line));
  const strange = [...b].filter((line) => !a.has(line));
  return `${missing.length} missing and ${strange.length} too many, such as ${(missing[0] ?? '').slice(0, 300)} and ${(strange[0] ?? '').slice(0, 300)}`;
}
