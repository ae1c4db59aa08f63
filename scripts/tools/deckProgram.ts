import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/places.js';
import { mustRun, runProgram } from '../lib/program.js';

const exe = process.platform === 'win32' ? '.exe' : '';

/** Where a decK of our own stands, so that the person's is left alone. */
export const deckPlace = (version: string): string => path.join(root, '.tools', `deck-${version}`, `deck${exe}`);

/** @returns the program when it is decK of this very version. */
export async function checkDeck(program: string, version: string): Promise<string | undefined> {
  if (path.isAbsolute(program) && !existsSync(program)) return undefined;
  try {
    const { code, output } = await runProgram(program, ['version'], { output: 'keep' });
    return code === 0 && new RegExp(`^decK v?${version.replaceAll('.', '\\.')} `, 'm').test(output)
      ? program
      : undefined;
  } catch {
    return undefined;
  }
}

/** The decK of this version on PATH, as an absolute path. */
export async function findDeckOnPath(version: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const found = path.isAbsolute(folder) && (await checkDeck(path.join(folder, `deck${exe}`), version));
    if (found) return found;
  }
  return undefined;
}

/**
 * Builds decK from its published source. Its own go.mod replaces modules, which `go install` refuses; so it is built in the
 * module cache, where those count. Takes minutes and 2 GB of Go's caches for a new version.
 * @throws Error when there is no Go or it can't be built.
 */
export async function buildDeck(version: string, say: (line: string) => void): Promise<string> {
  const env = { GOFLAGS: [process.env.GOFLAGS, '-p=2'].filter(Boolean).join(' ') };
  say(`go mod download github.com/kong/deck@v${version}`);
  const download = await go(['mod', 'download', '-json', `github.com/kong/deck@v${version}`], env);
  const source = (JSON.parse(download.slice(download.indexOf('{'), download.lastIndexOf('}') + 1)) as { Dir: string })
    .Dir;
  const place = deckPlace(version);
  mkdirSync(path.dirname(place), { recursive: true });
  say('go build (some minutes)');
  const unfinished = `${place}.${process.pid}`;
  const flags = `-X github.com/kong/deck/cmd.VERSION=v${version}`;
  await go(['build', '-C', source, '-ldflags', flags, '-o', unfinished, '.'], env);
  renameSync(unfinished, place);
  return place;
}

async function go(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return await mustRun(`go ${args[0]}`, runProgram('go', args, { output: 'keep', env }));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw missing ? new Error('install Go (https://go.dev/dl/) to build decK, or put decK on PATH') : error;
  }
}
