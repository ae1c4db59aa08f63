import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../lib/places.js';

export const sampleFolder = path.join(root, 'scripts', 'demo', 'workspace');

export interface SampleWorkspace {
  /** Absolute path of the folder; a copy, so that the editor may change it. */
  folder: string;
  remove(): void;
}

/** A workspace whose environments are the gateways of the demo, and one that is switched off. */
export function makeSampleWorkspace(addresses: { practice: string; production: string }): SampleWorkspace {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-demo-'));
  cpSync(sampleFolder, folder, { recursive: true });
  const environments = path.join(folder, 'kong-environments.yaml');
  const text = readFileSync(environments, 'utf8');
  writeFileSync(
    environments,
    text.replace('http://127.0.0.1:18001', addresses.practice).replace('http://127.0.0.1:18101', addresses.production),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}
