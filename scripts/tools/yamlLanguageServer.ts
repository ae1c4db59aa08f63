import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/places.js';
import { mustRun, runNode, runProgram } from '../lib/program.js';
import type { Tool } from './tool.js';

/** The newest that runs on Node 20. */
const version = '1.25.0';
const folder = path.join(root, '.tools', `yaml-language-server-${version}`);
const program = path.join(folder, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');

/** The language server that editors have for YAML at large: what ours is measured beside. */
export const yamlLanguageServer: Tool = {
  name: `yaml-language-server ${version}`,
  find: () => Promise.resolve(existsSync(program) ? program : undefined),
  async install(say) {
    mkdirSync(folder, { recursive: true });
    const wanted = `yaml-language-server@${version}`;
    say(`npm install ${wanted}`);
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', wanted];
    const npm = process.env['npm_execpath'];
    const running =
      npm === undefined
        ? runProgram('npm', args, { output: 'keep', cwd: folder })
        : runNode([npm, ...args], { output: 'keep', cwd: folder });
    await mustRun('npm install', running);
    return program;
  },
};
