import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPracticeGateway, type PracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { EditorWindow } from '../host/editorWindow.js';
import { newestHost } from '../host/vscodeHost.js';

const root = path.resolve(__dirname, '..', '..');

/** A window with the packaged extension, a workspace of its own, and a practice gateway beside it. */
export interface Sample {
  window: EditorWindow;
  gateway: PracticeGateway;
  /** Absolute path of the workspace. */
  folder: string;
  close(): Promise<void>;
}

/** An address where nothing listens. */
export const deadAddress = 'http://127.0.0.1:9';

/** @param files of the workspace by name; `ADDRESS` in them becomes that of the gateway. */
export async function openSample(files: Record<string, string>): Promise<Sample> {
  const facts = await schemaFolder(path.join(root, 'schemas')).facts('3.9');
  const gateway = await startPracticeGateway({ facts, estate: 'believable' });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-window-'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), text.replaceAll('ADDRESS', gateway.url));
  }
  const window = await EditorWindow.open({ host: newestHost, vsix: [packagedExtension()], folder });
  return {
    window,
    gateway,
    folder,
    async close() {
      await window.close();
      await gateway.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The .vsix that was built last. */
export function packagedExtension(): string {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, string>;
  const vsix = path.join(root, `${name}-${version}.vsix`);
  if (!existsSync(vsix)) throw new Error(`${vsix} is not there: npm run package`);
  return vsix;
}

/** One environment, as the environments file has it. */
export const environment = (name: string, fields: Record<string, string | boolean>): string =>
  [`  - name: ${name}`, ...Object.entries(fields).map(([key, value]) => `    ${key}: ${value}`), ''].join('\n');
