import { newestHost } from '../../test/host/vscodeHost.js';
import { EditorWindow } from '../../test/host/editorWindow.js';
import { startDemoGateways } from './gateways.js';
import { makeSampleWorkspace } from './sampleWorkspace.js';
import { packageExtension } from '../lib/build.js';
async function main() {
  const vsix = process.env.VSIX ?? (await packageExtension(console.log));
  const g = await startDemoGateways();
  const ws = makeSampleWorkspace({ practice: g.practice.url, production: g.production.url });
  console.log(g.practice.url, ws.folder);
  const w = await EditorWindow.open({ host: newestHost, vsix: [vsix], folder: ws.folder });
  let n = 0;
  const pic = async (s: string) => {
    await w.page.waitForTimeout(800);
    await w.picture(`/tmp/ui/${String(++n).padStart(2, '0')}-${s}.png`);
  };
  try {
    await w.openContainer('Kong Backup');
    await pic('container');
    await w.expand(w.row('Environments', 'practice'));
    await pic('practice');
    await w.expand(w.row('Environments', 'old-data'));
    await pic('dead');
    await w.rowAction(w.row('Environments', 'practice'), 'Back Up');
    await w.page.waitForTimeout(4000);
    await pic('backup');
  } catch (e) {
    console.error(e);
    await pic('failed');
  }
  console.log(w.troubles);
  await w.close();
  await g.close();
  ws.remove();
}
main().catch((e) => {
  console.error(e);
  process.exit(1);
});
