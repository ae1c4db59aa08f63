import { chmodSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build, context } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));

/** What VS Code, a shell or another editor starts, and the source of each. */
const entries = {
  extension: 'src/extension.ts',
  server: 'src/server.ts',
  cli: 'src/cli.ts',
};

/** The extension and its language server where there is no Node. A browser loads each as one file. */
const webEntries = {
  browser: 'src/browser.ts',
  browserServer: 'src/browserServer.ts',
};

/** Parts that an entry loads with `import()` only when a command needs them: a file each, so that activation stays small. */
const lazyParts = {
  app: 'src/app.ts',
  client: 'src/vscode/languageClient.ts',
  fileApp: 'src/fileApp.ts',
  mongodb: 'src/drivers/mongoLibrary.ts',
  practice: 'src/practice/practiceGateway.ts',
  s3: 'src/stores/s3Storage.ts',
};

/** Packages that several of those read with: a file each beside them, so that each is shipped once. */
const sharedPackages = ['croner', 'js-yaml', 'luaparse', 'yaml'];

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

const shareThePackages = {
  name: 'share-the-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${sharedPackages.join('|')})$`) }, ({ kind, path: wanted }) =>
      kind === 'entry-point' ? undefined : { path: `./${wanted}.js`, external: true },
    );
  },
};

/** Modules that have ajv compile a JSON schema, the schema of each and what it exports. */
const schemaModules = {
  'src/drivers/filesIndexSchema.ts': { schema: 'src/drivers/filesIndex.schema.json', name: 'filesIndexValidator' },
  'src/stores/manifestSchema.ts': { schema: 'schemas/manifest.schema.json', name: 'manifestValidator' },
};

/** In the bundles stands what ajv made of each schema: neither ajv itself nor the time that it takes at each start. */
const compileSchemas = {
  name: 'compile-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]\w+Schema\.ts$/ }, async ({ path: file }) => {
      const found = schemaModules[path.relative(root, file).replaceAll('\\', '/')];
      if (!found) return undefined;
      const ajv = new Ajv({ strict: false, code: { source: true } });
      const validate = ajv.compile(JSON.parse(await readFile(path.join(root, found.schema), 'utf8')));
      const own = `const compiled = module.exports;\nmodule.exports = { ${found.name}: () => compiled };`;
      const contents = `${standaloneCode(ajv, validate)}\n${own}`;
      return { contents, loader: 'js', resolveDir: root, watchFiles: [path.join(root, found.schema)] };
    });
  },
};

/** The table of international host names that the MongoDB driver brings is 240 KB of what Node has already. */
const hostNamesByNode = {
  name: 'host-names-by-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^tr46$/ }, () => ({ path: 'tr46', namespace: 'node-host-names' }));
    onLoad({ filter: /.*/, namespace: 'node-host-names' }, () => ({
      contents: `
        const { domainToASCII, domainToUnicode } = require('node:url');
        exports.toASCII = (name) => domainToASCII(name) || null;
        exports.toUnicode = (name) => ({ domain: domainToUnicode(name), error: false });
      `,
      resolveDir: root,
    }));
  },
};

/**
 * Sixty files import the editor's API, and esbuild would copy its some hundred names for each of them at activation. So the
 * bundle asks for the API once, in its banner.
 */
const askForVscodeOnce = {
  name: 'ask-for-vscode-once',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/](extension|browser|vscode[\\/].*)\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      return { contents: text.replace("import * as vscode from 'vscode';", ''), loader: 'ts' };
    });
  },
};
const vscodeApi = "const vscode = require('vscode');";

/** First of all, or it would not count. */
const strict = "'use strict';";

/** Packages that exist only as ES modules ask for their own address, which a CommonJS bundle doesn't have. */
const ownAddress = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

/** Nothing of Node, and nothing that stands in for it: an import of it ends the build. */
function webOptions(common, { browser, browserServer }) {
  const versions = readdirSync(path.join(root, 'schemas')).flatMap(
    (name) => /^(\d+\.\d+)\.json$/.exec(name)?.[1] ?? [],
  );
  const web = {
    ...common,
    platform: 'browser',
    target: 'es2022',
    mainFields: ['browser', 'module', 'main'],
    define: { KONG_BACKUP_SHIPPED_VERSIONS: JSON.stringify(versions) },
    banner: { js: strict },
    plugins: [],
  };
  return [
    {
      ...web,
      entryPoints: { browser },
      banner: { js: [strict, vscodeApi].join('\n') },
      plugins: [askForVscodeOnce],
    },
    { ...web, entryPoints: { browserServer }, format: 'iife', external: [] },
  ];
}

/** @param {boolean} watching */
function options(watching) {
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
    plugins: [keepLazyPartsApart, shareThePackages, compileSchemas, hostNamesByNode],
  };
  const { extension, server, cli } = entries;
  const { client, ...parts } = lazyParts;
  const bundle = (entryPoints, ...banner) => ({ ...common, entryPoints, banner: { js: banner.join('\n') } });
  return [
    {
      ...bundle({ extension, client }, strict, ownAddress, vscodeApi),
      plugins: [keepLazyPartsApart, askForVscodeOnce],
    },
    bundle({ server, ...parts }, strict, ownAddress),
    { ...bundle(Object.fromEntries(sharedPackages.map((name) => [name, name])), strict), plugins: [] },
    bundle({ cli }, '#!/usr/bin/env node', strict, ownAddress),
    ...webOptions(common, webEntries),
  ];
}

async function watch(all) {
  const report = {
    name: 'report',
    setup({ onEnd, onStart }) {
      onStart(() => console.log('build started'));
      onEnd(({ errors }) => console.log(errors.length ? `build failed: ${errors.length} errors` : 'build finished'));
    },
  };
  for (const each of all) {
    const watcher = await context({ ...each, plugins: [...each.plugins, report] });
    await watcher.watch();
  }
}

const watching = process.argv.includes('--watch');
const all = options(watching);
if (watching) {
  await watch(all);
} else {
  await Promise.all(all.map((each) => build(each)));
  chmodSync(path.join(root, 'dist', 'cli.js'), 0o755);
}
