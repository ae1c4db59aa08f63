import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/places.js';
import { mustRun, runProgram } from '../lib/program.js';
import type { Tool } from './tool.js';

const version = '1.24.0';
const folder = path.join(root, '.tools', `ferretdb-${version}`);
const program = path.join(folder, process.platform === 'win32' ? 'ferretdb.exe' : 'ferretdb');

/** A real server of MongoDB's protocol over SQLite: a small program of ours around FerretDB. It has no authentication. */
export const ferretdb: Tool = {
  name: `FerretDB ${version}`,
  find: () => Promise.resolve(existsSync(program) ? program : undefined),
  async install(say) {
    const cwd = path.join(folder, 'build');
    mkdirSync(cwd, { recursive: true });
    copyFileSync(path.join(root, 'scripts', 'tools', 'ferretdb', 'main.go.txt'), path.join(cwd, 'main.go'));
    writeFileSync(path.join(cwd, 'go.mod'), 'module ferretdb\n\ngo 1.22\n');
    const wanted = `github.com/FerretDB/FerretDB/ferretdb@v${version}`;
    say(`go build with ${wanted} (two minutes)`);
    try {
      await mustRun('go get', runProgram('go', ['get', wanted], { cwd, output: 'keep' }));
      await mustRun('go build', runProgram('go', ['build', '-p', '2', '-o', program, '.'], { cwd, output: 'keep' }));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw missing ? new Error('install Go (https://go.dev/dl/) to build FerretDB') : error;
    }
    return program;
  },
};
