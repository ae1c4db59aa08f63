import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

interface Manifest {
  browser: string;
  capabilities: Record<'virtualWorkspaces' | 'untrustedWorkspaces', { supported: string }>;
  contributes: {
    languages: { id: string; extensions?: string[] }[];
    commands: { command: string; enablement?: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    viewsWelcome: { view: string; when?: string }[];
  };
}

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

/** Commands that the browser has, as its list of them says. */
const inBrowser = new Set(
  ['compareFiles.ts', 'webCommandList.ts']
    .map((file) => read(`src/vscode/web/${file}`))
    .join('\n')
    .match(/^ {2}(\w+)\((?:workbench)?\),$/gm)
    ?.map((line) => /\w+/.exec(line)?.[0] ?? '')
    .map(
      (name) =>
        ({ compareFiles: 'compare', validateWithJobs: 'validateFile', upgradeWithJobs: 'validateForUpgrade' })[name] ??
        name,
    )
    .map((name) => `kongBackup.${name}`),
);

describe('the bundles of the browser', () => {
  const bundle = async (entry: string): Promise<{ inputs: string[]; imports: string[]; bytes: number }> => {
    const { metafile, outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      platform: 'browser',
      target: 'es2022',
      format: 'cjs',
      mainFields: ['browser', 'module', 'main'],
      external: ['vscode'],
      define: { KONG_BACKUP_SHIPPED_VERSIONS: '[]' },
      logLevel: 'silent',
      outfile: 'bundle.js',
    });
    const [output] = Object.values(metafile.outputs);
    return {
      inputs: Object.keys(metafile.inputs),
      imports: (output?.imports ?? []).map((each) => each.path),
      bytes: outputFiles[0]?.contents.length ?? 0,
    };
  };

  test.each(['src/browser.ts', 'src/browserServer.ts'])('%s holds nothing of Node', async (entry) => {
    const { inputs, imports } = await bundle(entry);
    const allowed = entry === 'src/browser.ts' ? ['vscode'] : [];
    expect([...new Set(imports)].filter((name) => !allowed.includes(name))).toEqual([]);
    const builtin = new Set(builtinModules);
    const own = inputs.filter((file) => file.startsWith('src/')).map(read);
    const imported = own.flatMap((text) => [...text.matchAll(/^import (?!type).* from '([^'.][^']*)'/gm)]);
    expect(
      imported.map(([, name = '']) => name).filter((name) => name.startsWith('node:') || builtin.has(name)),
    ).toEqual([]);
    expect(own.filter((text) => /\bBuffer\.|\bprocess\.(env|platform|argv|cwd)/.test(text))).toEqual([]);
  });

  test('both together are small', async () => {
    const sizes = await Promise.all(['src/browser.ts', 'src/browserServer.ts'].map(bundle));
    expect(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1_500_000);
  });
});

describe('package.json in a browser', () => {
  test('it names the entry, and language features work without trust and without a disk', () => {
    expect(manifest.browser).toBe('./dist/browser.js');
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
  });

  test('what a browser can’t do is not offered there', () => {
    expect(inBrowser.size).toBeGreaterThan(10);
    const { commands, menus } = manifest.contributes;
    const offered = commands.filter(
      ({ command, enablement }) => !inBrowser.has(command) && !enablement?.includes('!kongBackup.web'),
    );
    // Sorting is asked for through the language server, which is the same everywhere.
    expect(offered.map(({ command }) => command).filter((name) => name !== 'kongBackup.sortEntities')).toEqual([]);
    const inMenus = ['explorer/context', 'editor/context'].flatMap((menu) => menus[menu] ?? []);
    const shown = inMenus.filter(({ command, when }) => !inBrowser.has(command) && !when?.includes('!kongBackup.web'));
    expect(shown).toEqual([]);
  });

  test('every view says what a browser lacks', () => {
    const views = manifest.contributes.viewsWelcome.filter(({ when }) => when === 'kongBackup.web');
    expect(views.map(({ view }) => view).sort()).toEqual(['kongBackup.environments', 'kongBackup.snapshots']);
  });
});

test('no file ending is claimed, so that a YAML file which is not Kong’s stays with whoever looks after YAML', () => {
  for (const { extensions } of manifest.contributes.languages) expect(extensions ?? []).toEqual([]);
});

test('the list of tests in the web worker host is whole', () => {
  const files = readdirSync(path.join(root, 'test/web')).filter((name) => name.endsWith('.test.ts'));
  const listed = [...read('test/web/suites.ts').matchAll(/^import '\.\/(.+)\.js';$/gm)].map(
    ([, name = '']) => `${name}.ts`,
  );
  expect(listed.sort()).toEqual(files.sort());
  expect(read('test/web/suites.ts')).toContain(`count = ${files.length};`);
});
