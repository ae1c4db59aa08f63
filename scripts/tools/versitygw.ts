import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/places.js';
import { mustRun, runProgram } from '../lib/program.js';
import type { Tool } from './tool.js';

const version = '1.8.0';
const folder = path.join(root, '.tools', `versitygw-${version}`);
const program = path.join(folder, process.platform === 'win32' ? 'versitygw.exe' : 'versitygw');

/** A real S3 server over a folder. */
export const versitygw: Tool = {
  name: `versitygw ${version}`,
  find: () => Promise.resolve(existsSync(program) ? program : undefined),
  async install(say) {
    const wanted = `github.com/versity/versitygw/cmd/versitygw@v${version}`;
    mkdirSync(folder, { recursive: true });
    say(`go install ${wanted} (a minute)`);
    const env = { GOBIN: folder, GOFLAGS: [process.env.GOFLAGS, '-p=2'].filter(Boolean).join(' ') };
    try {
      await mustRun('go install', runProgram('go', ['install', wanted], { output: 'keep', env }));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw missing ? new Error('install Go (https://go.dev/dl/) to build versitygw') : error;
    }
    return program;
  },
};
