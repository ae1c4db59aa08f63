import { readFileSync } from 'node:fs';
import JSZip from 'jszip';

const most = { files: 80, bytes: 2_000_000 };

/** All that may be in the package, below `extension/`. */
const expected = [
  /^dist\/(extension|server|cli|app|fileApp|client|practice|s3|mongodb|browser|browserServer)\.js$/,
  /^dist\/(croner|js-yaml|luaparse|yaml)\.js$/,
  /^schemas\/[\w.-]+\.json$/,
  /^syntaxes\/[\w.-]+\.json$/,
  /^media\/[\w./-]+\.(png|svg|md)$/,
  /^media\/pages\/\w+\.(js|css)$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(language-configuration\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
];

/** The only file that may hold private keys: those of the practice gateway's certificates. */
const keyHolder = 'extension/dist/practice.js';
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(\\n)?\s*MI/;

/** What the extension can't do without. */
const needed = [
  'package.json',
  'readme.md',
  'LICENSE.txt',
  'dist/extension.js',
  'dist/server.js',
  'dist/cli.js',
  'dist/app.js',
  'dist/fileApp.js',
  'dist/s3.js',
  'dist/yaml.js',
  'dist/js-yaml.js',
  'dist/croner.js',
  'dist/luaparse.js',
  'dist/browser.js',
  'dist/browserServer.js',
];

export interface PackageSize {
  files: number;
  /** Of the .vsix, which is compressed. */
  bytes: number;
}

/** Looks into a .vsix. @throws Error that lists everything that shouldn't be, or is missing. */
export async function checkPackage(vsix: string): Promise<PackageSize> {
  const content = readFileSync(vsix);
  const zip = await JSZip.loadAsync(content);
  const names = Object.values(zip.files).flatMap((entry) => (entry.dir ? [] : [entry.name]));
  const texts = await Promise.all(names.map((name) => zip.file(name)?.async('string')));
  const keyed = names.filter((name, index) => name !== keyHolder && privateKey.test(texts[index] ?? ''));
  const own = names.filter((name) => name.startsWith('extension/')).map((name) => name.slice('extension/'.length));
  const wrong = [
    ...own
      .filter((name) => !expected.some((pattern) => pattern.test(name)))
      .map((name) => `${name} has no business there`),
    ...needed.filter((name) => !own.includes(name)).map((name) => `${name} is missing`),
    ...keyed.map((name) => `${name} holds a private key`),
    ...(names.length >= most.files ? [`${names.length} files; fewer than ${most.files} are allowed`] : []),
    ...(content.length >= most.bytes ? [`${content.length} bytes; fewer than ${most.bytes} are allowed`] : []),
  ];
  if (wrong.length > 0) throw new Error(`${vsix} is not fit to be published:\n  ${wrong.join('\n  ')}`);
  return { files: names.length, bytes: content.length };
}
