import { newestHost, oldestHost } from '../../test/host/vscodeHost.js';
import { EditorWindow } from '../../test/host/editorWindow.js';
import { vsixFile } from '../lib/build.js';
async function main() {
  for (const host of [newestHost, oldestHost]) {
    const w = await EditorWindow.open({ host, vsix: [vsixFile] });
    await w.openContainer('Kong Backup');
    await w.command('Developer: Show Running Extensions');
    const row = w.page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: 'Kong Backup' });
    await row.waitFor();
    console.log(host.name, JSON.stringify(await row.innerText()));
    console.log(await row.locator('.activation-time').innerText());
    await w.picture(`/tmp/ui/running-${host.version}.png`);
    await w.close();
  }
}
main().catch((e) => {
  console.error(e);
  process.exit(1);
});
