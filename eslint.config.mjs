import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * The house rules: which rooms of src/ a room may import, and why not the others. One line a room; CONTRIBUTING.md has
 * the same table in words. A room that is not listed may be imported by nobody.
 */
const rooms = {
  core: { may: [], why: 'core holds the words of the domain and depends on nothing of ours' },
  schema: { may: ['core'], why: "schema is Kong's schema semantics as pure functions" },
  estate: { may: ['core', 'schema'], why: 'estate is the entities of a gateway as data, without I/O' },
  process: { may: ['core'], why: 'process only runs tools; it knows nothing of Kong' },
  gateway: { may: ['core'], why: 'gateway only speaks HTTP with the Admin API' },
  practice: {
    may: ['core', 'schema'],
    why: 'the practice gateway must not share code with the clients it is tested by',
  },
  drivers: {
    may: ['core', 'schema', 'estate', 'process', 'gateway'],
    why: 'a driver reads or writes a gateway and nothing else',
  },
  stores: { may: ['core'], why: 'a store keeps snapshots and knows no gateway' },
  language: { may: ['core', 'schema'], why: 'the language service is pure, so that it also runs in a browser' },
  operations: {
    may: [
      'core',
      'schema',
      'estate',
      ...['validate', 'upgrade', 'document', 'fileBytes', 'directives', 'rules', 'diagnosticCodes', 'regularValue'].map(
        (file) => `language/${file}.ts`,
      ),
      'language/online',
    ],
    why: "operations reach drivers and stores through core's contracts only",
  },
  languageServer: {
    may: ['core', 'schema', 'language'],
    why: 'the language server only maps requests to the language service',
  },
  cli: {
    may: ['core', 'app.ts', 'fileApp.ts', 'schema/folder.ts', 'practice'],
    why: 'the CLI is one way to call the app',
  },
  vscode: {
    may: ['core', 'app.ts', 'webApp.ts', 'schema/folder.ts', 'languageServer/protocol.ts', 'practice'],
    why: 'the UI calls the app; what the app is made of is none of its business',
  },
};

const entries = ['extension.ts', 'browser.ts', 'server.ts', 'browserServer.ts', 'cli.ts', 'app.ts', 'fileApp.ts'];

const zones = Object.entries(rooms).map(([room, { may, why }]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [room, ...may].map((allowed) => `./${allowed}`),
  message: `src/${room} may import ${may.length ? may.join(', ') : 'nothing of ours'}: ${why}.`,
}));

const only = (name, room, why) => ({ name, message: `Only ${room} may import ${name}: ${why}.` });
const privileged = {
  vscode: only('vscode', 'src/vscode, src/extension.ts and src/browser.ts', 'everything else also runs headless'),
  execa: only('execa', 'src/process', 'calls to tools are data, run by one runner'),
};
const nodeOnly = {
  group: ['node:*', ...builtinModules],
  message: 'This room is pure: it also runs in a browser, and does no I/O.',
};
/** No import of these packages, be it at the top of a file or by a call. */
const restrict = (names, patterns = []) => ({
  'no-restricted-imports': ['error', { paths: names.map((name) => privileged[name]), patterns }],
  'no-restricted-syntax': [
    'error',
    ...names.map((name) => ({
      selector: `ImportExpression[source.value='${name}']`,
      message: privileged[name].message,
    })),
  ],
});

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'build/',
      'node_modules/',
      '.tools/',
      '.vscode-test/',
      'demo-output/',
      'test/fixtures/',
      'coverage/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: path.join(root, 'tsconfig.json') })],
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: root,
          zones: [
            ...zones,
            { target: './src', from: './test', message: 'Product code never imports test code.' },
            { target: './src', from: './scripts', message: 'Product code never imports developer scripts.' },
            {
              target: ['./src/app.ts', './src/composition'],
              from: './src',
              except: [
                './app.ts',
                './composition',
                './fileApp.ts',
                ...[
                  'core',
                  'schema',
                  'estate',
                  'process',
                  'gateway',
                  'drivers',
                  'stores',
                  'operations',
                  'language',
                ].map((r) => `./${r}`),
              ],
              message: 'The app composes the core of the product; the UIs come on top of it.',
            },
            ...entries
              .filter((entry) => entry !== 'app.ts' && entry !== 'fileApp.ts')
              .map((entry) => ({
                target: Object.keys(rooms).map((room) => `./src/${room}`),
                from: `./src/${entry}`,
                message: `${entry} is an entry point: nothing imports it.`,
              })),
          ],
        },
      ],
      ...restrict(['vscode', 'execa']),
    },
  },
  {
    files: ['src/{core,schema,estate,language,languageServer}/**/*.ts'],
    ignores: ['src/schema/folder.ts', 'src/schema/nodeCrypto.ts', 'src/languageServer/nodeFolder.ts'],
    rules: restrict(['vscode', 'execa'], [nodeOnly]),
  },
  { files: ['src/vscode/**/*.ts', 'src/extension.ts', 'src/browser.ts'], rules: restrict(['execa']) },
  { files: ['src/vscode/web/**/*.ts', 'src/browser.ts'], rules: restrict(['execa'], [nodeOnly]) },
  {
    files: ['src/webApp.ts', 'src/browserServer.ts', 'src/shippedVersions.ts'],
    rules: restrict(['vscode', 'execa'], [nodeOnly]),
  },
  { files: ['src/process/**/*.ts'], rules: restrict(['vscode']) },
  { files: ['src/cli/**/*.ts', 'src/cli.ts', 'scripts/**', 'test/**', '*.mjs'], rules: { 'no-console': 'off' } },
  { files: ['*.config.*', '*.mjs'], rules: { 'import-x/no-default-export': 'off' } },
  {
    // Scripts of pages run in a browser, and are loaded as they are.
    files: ['media/pages/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        acquireVsCodeApi: 'readonly',
        document: 'readonly',
        window: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        ResizeObserver: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { process: 'readonly', exports: 'writable', require: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        performance: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        document: 'readonly',
      },
    },
  },
);
