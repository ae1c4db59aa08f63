import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEditorServer } from '../test/host/editorServer.js';
import { EditorWindow } from '../test/host/editorWindow.js';
import { newestHost } from '../test/host/vscodeHost.js';
import { Album } from './demo/album.js';
import { startDemoGateways, type DemoGateways } from './demo/gateways.js';
import { type Finding, walkThrough } from './demo/journey.js';
import { makeSampleWorkspace } from './demo/sampleWorkspace.js';
import { packageExtension } from './lib/build.js';
import { installMissing } from './lib/installTools.js';
import { root } from './lib/places.js';
import { say } from './lib/say.js';
import { chromium } from './tools/chromium.js';

const outputFolder = path.join(root, 'demo-output');

/** `npm run demo` shows the product in a browser; `npm run demo -- --headless` has it do its main job and takes pictures. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { headless: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
  });
  const missing = await installMissing(values.headless ? [newestHost, chromium] : [newestHost]);
  if (missing.length > 0) throw new Error(missing.map(({ tool, reason }) => `${tool.name}: ${reason}`).join('\n'));
  const vsix = await packageExtension(say);
  say('starting two practice gateways');
  const gateways = await startDemoGateways();
  const workspace = makeSampleWorkspace({ practice: gateways.practice.url, production: gateways.production.url });
  try {
    const demo = { vsix, folder: workspace.folder, gateways, port: Number(values.port) };
    return await (values.headless ? doMainJob(demo) : showUntilStopped(demo));
  } finally {
    await gateways.close();
    workspace.remove();
  }
}

interface Demo {
  vsix: string;
  folder: string;
  gateways: DemoGateways;
  port: number;
}

async function showUntilStopped({ vsix, folder, gateways, port }: Demo): Promise<number> {
  say('starting VS Code');
  const server = await startEditorServer({ host: newestHost, vsix: [vsix], port });
  console.log(`
  VS Code with Kong Backup & Restore:  ${server.url({ folder })}

  practice gateway    ${gateways.practice.url}
  production          ${gateways.production.url}  (read-only for the extension)
  sample workspace    ${folder}

  Open the address in a browser, then "Kong Backup" in the activity bar. Ctrl-C stops it all.
`);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await stopped;
  say('stopping');
  await server.dispose();
  return 0;
}

async function doMainJob({ vsix, folder, gateways }: Demo): Promise<number> {
  mkdirSync(outputFolder, { recursive: true });
  const album = new Album(outputFolder, say);
  const findings: Finding[] = [];
  say('starting VS Code');
  const window = await EditorWindow.open({ host: newestHost, vsix: [vsix], folder });
  try {
    const note = (finding: Finding) => void findings.push(finding);
    await walkThrough({ window, album, address: gateways.practice.url, note });
  } catch (error) {
    await album.failure(window);
    findings.push({
      what: 'the way through',
      result: error instanceof Error ? error.message : String(error),
      good: false,
    });
  } finally {
    await window.close();
  }
  return summarise(album, findings);
}

/** @returns the exit code. */
function summarise({ pictures }: Album, findings: Finding[]): number {
  console.log(`\nPictures in ${path.relative(process.cwd(), outputFolder) || '.'}:`);
  for (const { file, shows } of pictures) console.log(`  ${file.padEnd(26)} ${shows}`);
  console.log('\nFound:');
  for (const { what, result, good } of findings) console.log(`  ${good ? '✓' : '✗'} ${what.padEnd(46)} ${result}`);
  const good = findings.every((finding) => finding.good);
  console.log(good ? '\nThe main job was done and proven.' : '\nThe main job failed.');
  return good ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
