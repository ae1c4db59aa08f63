import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EditorWindow } from '../../test/host/editorWindow.js';
import { admin, countDifferences } from './adminApi.js';
import type { Album } from './album.js';
import { sampleFolder } from './sampleWorkspace.js';

export interface Finding {
  what: string;
  /** What was found. */
  result: string;
  good: boolean;
}

export interface JourneyOptions {
  window: EditorWindow;
  album: Album;
  /** Of the practice gateway's Admin API. */
  address: string;
  note(finding: Finding): void;
}

/**
 * The main job through the window: back up, see an error and mend it, lose things, look at the plan, restore, see the proof.
 * @throws Error at the first step that doesn't show what it should.
 */
export async function walkThrough({ window, album, address, note }: JourneyOptions): Promise<void> {
  const gateway = admin(address, ['default', 'payments']);
  const before = await gateway.everything();
  note({ what: 'entities on the gateway', result: String(before.size), good: before.size > 50 });

  await lookAtEnvironments(window, album);
  await backUp(window, album);
  await mendFile(window, album);

  await loseThings(gateway);
  const after = await gateway.everything();
  const lost = countDifferences(before, after);
  note({ what: 'entities lost, changed or strange', result: String(lost), good: lost > 5 });
  await window.rowAction(window.row('Environments', 'practice'), 'Refresh');
  const routes = [...after.keys()].filter((key) => key.startsWith('default/routes/')).length;
  await album.add(
    window,
    'things-lost',
    'the gateway after a bad afternoon: fewer routes and consumers',
    window.row('Environments', new RegExp(`^routes${routes}$`)),
  );

  await restore(window, album);
  const left = countDifferences(before, await gateway.everything());
  note({ what: 'differences after the restore, by another way', result: String(left), good: left === 0 });
  note({ what: 'troubles of the window', result: String(window.troubles.length), good: window.troubles.length === 0 });
}

async function lookAtEnvironments(window: EditorWindow, album: Album): Promise<void> {
  await window.openContainer('Kong Backup');
  await window.widenSideBar(140);
  await window.expand(window.row('Environments', 'old-data-centre'));
  await window.expand(window.row('Environments', 'practice'));
  await window.expand(window.row('Environments', 'default'));
  await album.add(
    window,
    'environments',
    'environments with their state; a dead one holds up nobody',
    window.row('Environments', /^practice3\.9/),
    window.row('Environments', /^old-data-centreunreachable/),
    window.row('Environments', /^The gateway can’t be reached/),
    window.row('Environments', /^services/),
  );
}

async function backUp(window: EditorWindow, album: Album): Promise<void> {
  await window.rowAction(window.row('Environments', 'practice'), 'Back Up');
  const snapshot = window.row('Snapshots', /^20\d\d-/);
  await window.expand(snapshot);
  await album.add(
    window,
    'backed-up',
    'the snapshot, its parts and what it does not hold',
    window.statusBar().getByText(/Backed up practice/),
    window.row('Snapshots', /^default/),
    window.row('Snapshots', /^payments/),
  );
  await window.row('Snapshots', /^default/).click();
  await album.add(
    window,
    'snapshot-part',
    'a part of the snapshot, read-only',
    window.editorText('_format_version'),
    window.colouredText(),
  );
}

/** Where the sample file names a protocol that there isn't; 1-based. */
function wrongWord(word: string): { line: number; column: number } {
  const lines = readFileSync(path.join(sampleFolder, 'kong_backup.yaml'), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes(word));
  return { line: index + 1, column: (lines[index]?.indexOf(word) ?? -1) + 1 };
}

async function mendFile(window: EditorWindow, album: Album): Promise<void> {
  const { line, column } = wrongWord('htps');
  await window.openFile('kong_backup.yaml');
  await window.goToLine(line, column);
  await window.command('Problems: Focus on Problems View');
  const marked = window.problem(new RegExp(`line ${line} and character ${column}`));
  await album.add(window, 'error-marked', 'an error marked at its place', window.squiggles().first(), marked);

  await window.openFile('kong_backup.yaml');
  await window.goToLine(line, column);
  await window.page.keyboard.press('Control+Shift+ArrowRight');
  await window.page.keyboard.type('https');
  await window.page.keyboard.press('Control+S');
  await window.squiggles().first().waitFor({ state: 'detached' });
  await album.add(
    window,
    'error-mended',
    'the file mended, nothing marked',
    window.editorText('[http, https]'),
    window.page.getByText('No problems have been detected in the workspace.'),
  );
  await window.page.keyboard.press('Control+J');
  await window.command('View: Close All Editors');
}

/** What a bad afternoon does to a gateway. */
async function loseThings(gateway: ReturnType<typeof admin>): Promise<void> {
  await gateway.remove('/default/routes/orders-mine');
  await gateway.remove('/default/routes/orders-beta');
  await gateway.remove('/default/snis/api.shop.example');
  await gateway.remove('/default/consumers/mobile-app');
  await gateway.change('/default/services/catalog', { host: 'wrong.internal', retries: 1 });
  await gateway.create('/default/services', { name: 'left-over', url: 'http://left-over.internal' });
}

async function restore(window: EditorWindow, album: Album): Promise<void> {
  const dialog = window.dialog();
  await window.rowAction(window.row('Snapshots', /^20\d\d-/), 'Restore…');
  await window.answer('into which environment', 'practice');
  await album.add(
    window,
    'plan',
    'the plan: every create, update and delete, each with a tick',
    window.webview().getByRole('treeitem', { name: /orders-mine/ }),
    window.webview().getByText(/create \d+, update \d+, delete \d+/),
  );
  await window.webview().getByRole('button', { name: 'Restore…' }).click();
  await album.add(
    window,
    'confirm',
    'the last word: it names the gateway and counts',
    dialog.getByText(/Restore practice \(http/),
    dialog.getByText(/create \d+, update \d+, delete \d+/),
  );
  await window.pressDialogButton(/^Restore practice/);
  await album.add(
    window,
    'proof',
    'restored, read back and compared',
    window.editorText('Restored practice'),
    window.editorText('Verified: read back and compared'),
  );
  await album.add(
    window,
    'safety-snapshot',
    'the snapshot that was taken before the restore, as a way back',
    window.row('Snapshots', /safety snapshot/),
  );
}
