import * as vscode from 'vscode';
import type { App } from '../../app.js';
import type { StoreSection } from '../../core/environmentSections.js';
import { back } from '../input/answer.js';
import { askText } from '../input/questions.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'storeKeys' | 'snapshots' | 'statusBar' | 'log'>;

/** Keeps the access key of a store on S3 whose entry names no credentials. */
export const enterStoreKeys = ({ app, storeKeys, snapshots, statusBar, log }: Needs): Command => ({
  id: 'kongBackup.enterStoreKeys',
  async run(_call, arg) {
    const store = await chooseStore(await app.get(), typeof arg === 'string' ? arg : undefined);
    if (!store?.s3) return;
    const { name, s3 } = store;
    const place = { title: name, step: 1, totalSteps: 2, canGoBack: false };
    const accessKeyId = await askText(place, {
      prompt: vscode.l10n.t(
        'Access key id of the bucket {0}. Leave it empty to have the editor forget the keys.',
        s3.bucket,
      ),
    });
    if (accessKeyId === undefined || accessKeyId === back) return;
    if (accessKeyId === '') {
      await storeKeys.delete(s3);
      statusBar.say(vscode.l10n.t('The editor keeps no keys of {0}', name));
    } else {
      const secretAccessKey = await askText(
        { ...place, step: 2 },
        {
          prompt: vscode.l10n.t('Its secret access key. It is kept in the editor’s secret storage, never in a file.'),
          password: true,
          check(text) {
            log.hide(text);
            return text === '' ? vscode.l10n.t('The access key has a secret one.') : undefined;
          },
        },
      );
      if (secretAccessKey === undefined || secretAccessKey === back) return;
      await storeKeys.set(s3, { accessKeyId, secretAccessKey });
      statusBar.say(vscode.l10n.t('The editor keeps the keys of {0}', name));
    }
    // Stores are opened with what was there at that time.
    app.reset();
    snapshots.refresh();
  },
});

/** Those that name no credentials of their own, which would count before what the editor keeps. */
async function chooseStore(core: App, named: string | undefined): Promise<StoreSection | undefined> {
  const { stores = [] } = await core.environments();
  const fitting = stores.filter(({ s3 }) => s3 && s3.profile === undefined && s3.accessKeyId === undefined);
  if (named !== undefined) return fitting.find(({ name }) => name === named);
  if (fitting.length === 0) {
    const message = vscode.l10n.t(
      'No store on S3 is without credentials of its own: what its entry names ("profile", "accessKeyId") counts.',
    );
    void vscode.window.showInformationMessage(message);
    return undefined;
  }
  const items = fitting.map((store) => ({ label: store.name, description: store.s3?.bucket ?? '', store }));
  const title = vscode.l10n.t('The keys of which store?');
  return (await vscode.window.showQuickPick(items, { title }))?.store;
}
