import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkPackage } from './checkPackage.js';
import { moduleFile, root } from './places.js';
import { mustRun, runNode } from './program.js';

type Say = (line: string) => void;

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { name: string; version: string };

/** Where `packageExtension` puts the package. */
export const vsixFile = path.join(root, `${manifest.name}-${manifest.version}.vsix`);

/** Bundles the entry points into dist/. @throws Error when they don't build. */
export async function buildExtension(say: Say): Promise<void> {
  say('building');
  await mustRun('the build', runNode([path.join(root, 'esbuild.mjs')]));
}

/** Builds, packages and looks into the package. @returns the .vsix. @throws Error when it isn't what may be published. */
export async function packageExtension(say: Say): Promise<string> {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  await buildExtension(say);
  say('packaging');
  rmSync(vsixFile, { force: true });
  const options = [
    ...['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'],
    // The practice gateway holds certificates made for it; checkPackage sees to it that no other file has a key.
    ...['--allow-package-secrets', 'privatekey'],
    ...['--out', vsixFile],
  ];
  const vsce = runNode([moduleFile('@vscode', 'vsce', 'vsce'), 'package', ...options], { output: 'keep' });
  await mustRun('vsce package', vsce);
  const { files, bytes } = await checkPackage(vsixFile);
  say(`${path.basename(vsixFile)}: ${files} files, ${(bytes / 1024).toFixed(0)} KB`);
  return vsixFile;
}
