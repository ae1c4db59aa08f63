// Does one job with a gateway and prints what it took. A process of its own, for bench/gateway.ts.
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { countChanges } from '../../src/core/change.js';
import { quietContext } from '../../src/core/context.js';
import type { Target } from '../../src/core/environment.js';
import { groupBy } from '../../src/core/groupBy.js';
import type { JsonObject } from '../../src/core/json.js';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import { readDeckFile } from '../../src/estate/deckFile.js';
import { compare, type CompareParts } from '../../src/operations/compare.js';
import { schemaFolder } from '../../src/schema/folder.js';

const [job = '', url = '', file = '', schemas = ''] = process.argv.slice(2);
const driver = createAdminApiDriver({ requestTimeout: 120_000 });
const context = quietContext();
const environment = { id: 'bench', name: 'bench', adminUrl: url, mode: 'traditional', engine: 'admin-api' } as const;
const target: Target = { environment, headers: {} };

/** What a file would change in the gateway, its read included. */
async function plan() {
  const shipped = schemaFolder(schemas);
  const parts = { shipped, reader: driver, probe: driver, schemas: driver } as unknown as CompareParts;
  return (await compare(parts, { target }, { file }, context)).plan;
}

const jobs: Readonly<Record<string, () => Promise<object>>> = {
  async dump() {
    const { counts } = await driver.dump(target, { workspace: 'default', file }, context);
    return { entities: Object.values(counts).reduce((sum, each) => sum + each, 0) };
  },
  plan: async () => countChanges(await plan()),
  async apply() {
    const [workspace] = (await plan()).workspaces;
    if (!workspace) throw new Error('There is nothing to apply.');
    const begun = performance.now();
    const { applied, failed } = await driver.apply(target, { plan: workspace, file }, context);
    if (failed[0]) throw new Error(`${failed.length} failed: ${failed[0].reason}`);
    return { ...applied, applying: performance.now() - begun };
  },
  /** What the gateway itself takes of the same entities, on so many connections as Kong takes most on, with nothing around it. */
  async post() {
    const connections = 50;
    const pool = new Pool(url, { connections });
    const headers = { 'content-type': 'application/json' };
    const levels = groupBy(readDeckFile(readFileSync(file, 'utf8'), file).entities, ({ kind }) => kind);
    let count = 0;
    const begun = performance.now();
    for (const kind of ['services', 'routes', 'consumers', 'plugins', 'keyauth_credentials']) {
      const todo = (levels.get(kind) ?? []).values();
      const one = async (): Promise<void> => {
        for (const { fields } of todo) {
          const { body, statusCode } = await pool.request({
            ...{ method: 'POST', path: pathOf(kind, fields), headers },
            body: JSON.stringify(fields),
          });
          await body.dump();
          if (statusCode !== 201) throw new Error(`POST of ${kind}: ${statusCode}`);
          count++;
        }
      };
      await Promise.all(Array.from({ length: connections }, one));
    }
    return { rate: Math.round((count * 1000) / (performance.now() - begun)) };
  },
};

const pathOf = (kind: string, { consumer }: JsonObject): string =>
  kind === 'keyauth_credentials' ? `/consumers/${(consumer as { id: string }).id}/key-auth` : `/${kind}`;

async function main(): Promise<void> {
  const run = jobs[job];
  if (!run) throw new Error(`There is no job ${job}.`);
  const [started, used] = [performance.now(), process.cpuUsage()];
  const found = await run();
  const { user, system } = process.cpuUsage(used);
  const time = performance.now() - started;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ time, cpu: (user + system) / 1000, memory, ...found }));
  process.exit(0);
}

void main();
