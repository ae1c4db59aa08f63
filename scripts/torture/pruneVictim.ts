import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotStore } from '../../src/core/store.js';
import { buildCliProgram, startCliProgram } from '../../test/helpers/cliProgram.js';
import { publishSnapshot } from '../../test/helpers/manifests.js';
import type { BackupVictim } from './backupVictim.js';
import { StoreJudge } from './judgeStore.js';
import { type Form, openTortureStore } from './tortureStore.js';

/** From where a prune is killed: while it verifies and lets go, and while it deletes snapshots and packs. */
const marks = ['checksum', 'delete', 'delete'];

const kept = 3;
const added = 8;
const begin = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** Prunes by the command line of a store that gets new snapshots before each run, some of them let go and over their time. */
export async function createPruneVictim(form: Form): Promise<BackupVictim> {
  const torture = await openTortureStore(form);
  const { folder, root, section, store } = torture;
  const program = await buildCliProgram(`torture-prune-${form}`);
  const environment = { id: 'id-of-shop', name: 'shop', adminUrl: 'http://127.0.0.1:1', mode: 'traditional' };
  const file = {
    stores: [{ name: form, ...section }],
    environments: [{ ...environment, store: form, retention: { keepLast: kept, grace: '0d' } }],
  };
  await writeFile(path.join(folder, 'kong-environments.yaml'), JSON.stringify(file));
  const judge = new StoreJudge({ store, root, environment: 'shop', staged: torture.staged });
  const refill = refiller(store, root);
  let safe = await refill();

  const look = async (thorough = false): Promise<string[]> => {
    judge.allowToGo(judge.ids.filter((id) => !safe.has(id)));
    return judge.judge(thorough);
  };
  return {
    marks,
    start(reached) {
      const told = new Set<string>();
      return startCliProgram(program, ['prune', 'shop', '--format', 'json'], folder, ({ stderr }) => {
        for (const mark of marks) {
          if (told.has(mark) || !stderr.includes(`"step":"${mark}"`)) continue;
          told.add(mark);
          reached(mark);
        }
      });
    },
    async judge() {
      const problems = [...(await look()), ...(await judge.sweep()), ...(await look())];
      safe = await refill();
      return [...problems, ...(await look())];
    },
    async finish() {
      const { code, stderr } = await startCliProgram(program, ['prune', 'shop'], folder).exit;
      const left = (await store.list()).filter(({ id }) => safe.has(id)).length;
      return [
        ...(code === 0 ? [] : [`the last prune ended with ${code}: ${stderr}`]),
        ...(left === kept ? [] : [`${left} of the newest ${kept} are left`]),
        ...(await look(true)),
        ...(await judge.sweep()),
      ];
    },
    async close() {
      await rm(program, { force: true });
      await torture.close();
    },
  };
}

/** Adds snapshots whose files are alike but for a line. @returns the ids of the newest, which no prune may take. */
function refiller(store: SnapshotStore, root: string): () => Promise<Set<string>> {
  let taken = 0;
  return async () => {
    for (let count = 0; count < added; count++) {
      const createdAt = new Date(begin + taken * minute).toISOString();
      const names = Array.from({ length: 2000 }, (_, each) =>
        each === taken % 2000 ? `new-${taken}` : `name-${each}`,
      );
      const services = names.map((name) => `- {name: ${name}, host: example.com}`).join('\n');
      const text = `_format_version: "3.0"\nservices:\n${services}\n`;
      const environment = { id: 'id-of-shop', name: 'shop', adminUrl: 'http://127.0.0.1:1' };
      await publishSnapshot(store, 'shop', { 'default.kong.yaml': text }, { createdAt, environment });
      taken++;
    }
    await agePacks(root);
    const entries = await store.list();
    // Some are over their time already, so that each run has something to delete; the others it lets go.
    const over = entries.slice(kept).filter(({ state }) => !state?.forgotten);
    const [at, by, reason] = [new Date(begin).toISOString(), 'torture', ''];
    for (const { id } of over.slice(0, added / 2)) {
      await store.record(id, { kind: 'forgotten', at, by, deleteAfter: at, reason });
    }
    return new Set(entries.slice(0, kept).map(({ id }) => id));
  };
}

/** Young packs are never collected. */
async function agePacks(root: string): Promise<void> {
  const folder = path.join(root, 'packs');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await utimes(path.join(folder, name), new Date(begin), new Date(begin));
}
