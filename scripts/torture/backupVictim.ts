import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { buildCliProgram, startCliProgram } from '../../test/helpers/cliProgram.js';
import { StoreJudge } from './judgeStore.js';
import type { Victim } from './killPoints.js';
import { type Form, openTortureStore } from './tortureStore.js';

const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));

/** From where a backup is killed: while it reads, and while it encodes, stores and publishes. */
const marks = ['read', 'publish', 'validate', 'publish'];

export interface BackupVictim extends Victim {
  /** Reads every snapshot whole. */
  finish(): Promise<string[]>;
  close(): Promise<void>;
}

/** Backups of a practice gateway by the command line, into a store of that form. */
export async function createBackupVictim(form: Form): Promise<BackupVictim> {
  const torture = await openTortureStore(form);
  const { folder, root, section, store } = torture;
  const gateway = await startPracticeGateway({ facts: await schemaFolder(schemas).facts('3.9'), estate: 'believable' });
  const program = await buildCliProgram(`torture-${form}`);
  const file = {
    stores: [{ name: form, ...section }],
    environments: [{ name: 'shop', adminUrl: gateway.url, engine: 'admin-api', store: form }],
  };
  await writeFile(path.join(folder, 'kong-environments.yaml'), JSON.stringify(file));
  const judge = new StoreJudge({ store, root, environment: 'shop', staged: torture.staged });
  return {
    marks,
    start(reached) {
      const told = new Set<string>();
      return startCliProgram(program, ['backup', 'shop', '--format', 'json'], folder, ({ stderr }) => {
        for (const mark of marks) {
          if (told.has(mark) || !stderr.includes(`"step":"${mark}"`)) continue;
          told.add(mark);
          reached(mark);
        }
      });
    },
    judge: async () => [...(await judge.judge()), ...(await judge.sweep()), ...(await judge.judge())],
    finish: () => judge.judge(true),
    async close() {
      await gateway.close();
      await rm(program, { force: true });
      await torture.close();
    },
  };
}
