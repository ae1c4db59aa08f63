import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './temporaryFolder.js';

const program = path.join(import.meta.dirname, 'standInMongo.mjs');

/** What one of the programs was called with; of its `--config` file the rights and the text. */
export interface MongoCall {
  program: string;
  args: string[];
  config?: string;
  mode?: number;
  text?: string;
}

/** What a program answers instead of working; with `documents` after it wrote the documents, but no index. */
export type MongoAnswer = { hang: true } | { stderr: string[]; exitCode: number; documents?: boolean };

export interface MongoStandIn {
  /** For `mongodb.programs`. */
  folder: string;
  calls(): Promise<MongoCall[]>;
  answer(program: 'mongodump' | 'mongorestore', answer: MongoAnswer): Promise<void>;
}

/** A folder of the test's own with a `mongodump` and a `mongorestore`. */
export async function standInMongo(): Promise<MongoStandIn> {
  const folder = await temporaryFolder();
  for (const name of ['mongodump', 'mongorestore']) {
    const place = path.join(folder, name);
    if (process.platform === 'win32') {
      await writeFile(`${place}.cmd`, `@"${process.execPath}" "${program}" "${folder}" ${name} %*\r\n`);
      continue;
    }
    const words = [pathToFileURL(program).href, program, folder, name].map((word) => JSON.stringify(word));
    const lines = [
      `#!${process.execPath}`,
      `process.argv.splice(1, 1, ${words.slice(1).join(', ')});`,
      `import(${words[0]});`,
    ];
    await writeFile(place, `${lines.join('\n')}\n`, { mode: 0o755 });
  }
  return {
    folder,
    async calls() {
      const text = await readFile(path.join(folder, 'calls.log'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as MongoCall);
    },
    answer: (name, answer) => writeFile(path.join(folder, `${name}.json`), JSON.stringify(answer)),
  };
}
