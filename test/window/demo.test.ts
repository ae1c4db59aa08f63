import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Album } from '../../scripts/demo/album.js';
import { type DemoGateways, startDemoGateways } from '../../scripts/demo/gateways.js';
import { type Finding, walkThrough } from '../../scripts/demo/journey.js';
import { makeSampleWorkspace } from '../../scripts/demo/sampleWorkspace.js';
import { EditorWindow } from '../host/editorWindow.js';
import { newestHost } from '../host/vscodeHost.js';
import { packagedExtension } from './sample.js';

let gateways: DemoGateways;
let workspace: ReturnType<typeof makeSampleWorkspace>;
const pictures = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-demo-pictures-'));

beforeAll(async () => {
  gateways = await startDemoGateways();
  workspace = makeSampleWorkspace({ practice: gateways.practice.url, production: gateways.production.url });
});

afterAll(async () => {
  await gateways.close();
  workspace.remove();
  rmSync(pictures, { recursive: true, force: true });
});

test('the main job of the demo is done and proven', async () => {
  const findings: Finding[] = [];
  const album = new Album(pictures, () => undefined);
  const window = await EditorWindow.open({
    host: newestHost,
    vsix: [packagedExtension()],
    folder: workspace.folder,
  });
  try {
    await walkThrough({
      window,
      album,
      address: gateways.practice.url,
      note: (finding) => void findings.push(finding),
    });
  } finally {
    await window.close();
  }
  expect(findings.length).toBeGreaterThan(3);
  expect(findings.filter(({ good }) => !good)).toEqual([]);
  expect(album.pictures.length).toBeGreaterThan(5);
});
