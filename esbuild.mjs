import { chmodSync, existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));

/** What VS Code, a shell or another editor starts, and the source of each. */
const entries = {
  extension: 'src/extension.ts',
  server: 'src/server.ts',
  cli: 'src/cli.ts',
};

/** Parts that an entry loads with `import()` only when a command needs them: a file each, so that activation stays small. */
const lazyParts = {
  app: 'src/app.ts',
  client: 'src/vscode/languageClient.ts',
  practice: 'src/practice/practiceGateway.ts',
};

const partOf = new Map(
  Object.entries(lazyParts).map(([part, source]) => [path.join(root, source).replace(/\.ts$/, ''), part]),
);

/** Turns `import('../app.js')` into a require of `./app.js` beside the bundle, instead of pulling its code in. */
const keepLazyPartsApart = {
  name: 'keep-lazy-parts-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ kind, path: wanted, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const part = partOf.get(path.resolve(resolveDir, wanted).replace(/\.[jt]s$/, ''));
      return part && { path: `./${part}.js`, external: true };
    });
  },
};

/** Packages that exist only as ES modules ask for their own address, which a CommonJS bundle doesn't have. */
const ownAddress = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

/** @param {string[]} argv */
function options(argv) {
  const watching = argv.includes('--watch');
  const missing = Object.values({ ...entries, ...lazyParts }).filter((source) => !existsSync(path.join(root, source)));
  for (const source of missing) console.warn(`esbuild: ${source} is not there yet: left out`);
  const common = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    // `import()` of a CommonJS file would give only `default`; as a require it gives the names.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    minify: !watching,
    sourcemap: watching,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [keepLazyPartsApart],
  };
  const there = (parts) => Object.fromEntries(Object.entries(parts).filter(([, source]) => !missing.includes(source)));
  const { cli, ...others } = there(entries);
  return [
    { ...common, entryPoints: { ...others, ...there(lazyParts) }, banner: { js: ownAddress } },
    ...(cli ? [{ ...common, entryPoints: { cli }, banner: { js: `#!/usr/bin/env node\n${ownAddress}` } }] : []),
  ];
}

async function watch(all) {
  const report = {
    name: 'report',
    setup({ onEnd }) {
      onEnd(({ errors }) => console.log(errors.length ? `build failed: ${errors.length} errors` : 'build finished'));
    },
  };
  for (const each of all) {
    const watcher = await context({ ...each, plugins: [...each.plugins, report] });
    await watcher.watch();
  }
}

const all = options(process.argv.slice(2));
if (process.argv.includes('--watch')) {
  await watch(all);
} else {
  await Promise.all(all.map((each) => build(each)));
  const cli = path.join(root, 'dist', 'cli.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
}
