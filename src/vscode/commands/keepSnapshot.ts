import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { type OperationContext, quietContext } from '../../core/context.js';
import { pickSnapshot, snapshotIdsOf } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import type { CommandId } from './commandIds.js';

type Needs = Pick<Workbench, 'app' | 'snapshots' | 'statusBar'>;

interface Decision {
  id: CommandId;
  title(): string;
  decide(core: App, snapshot: string, context: OperationContext): Promise<unknown>;
  said(snapshots: string): string;
}

/** What a person decides about the selected snapshots; the rows show it. None of it deletes anything by itself. */
const deciding =
  ({ id, title, decide, said }: Decision) =>
  ({ app, snapshots, statusBar }: Needs): Command => ({
    id,
    async run(_call, arg, selection) {
      const core = await app.get();
      const ids = snapshotIdsOf(arg, selection);
      if (ids.length === 0) {
        const picked = await pickSnapshot(core, undefined, { title: title() });
        if (!picked) return;
        ids.push(picked.id);
      }
      try {
        for (const snapshot of ids) await decide(core, snapshot, quietContext());
        statusBar.say(said(ids.length === 1 ? (ids[0] ?? '') : String(ids.length)));
      } finally {
        snapshots.refresh();
      }
    },
  });

export const pinSnapshot = deciding({
  id: 'kongBackup.pinSnapshot',
  title: () => vscode.l10n.t('Pin which snapshot?'),
  decide: (core, snapshot, context) => core.pin(snapshot, true, context),
  said: (snapshots) => vscode.l10n.t('Pinned {0}', snapshots),
});

export const unpinSnapshot = deciding({
  id: 'kongBackup.unpinSnapshot',
  title: () => vscode.l10n.t('Unpin which snapshot?'),
  decide: (core, snapshot, context) => core.pin(snapshot, false, context),
  said: (snapshots) => vscode.l10n.t('Unpinned {0}', snapshots),
});

export const forgetSnapshot = deciding({
  id: 'kongBackup.forgetSnapshot',
  title: () => vscode.l10n.t('Let go which snapshot?'),
  decide: (core, snapshot, context) => core.forget(snapshot, undefined, context),
  said: (snapshots) => vscode.l10n.t('Let go {0}: a later prune deletes it', snapshots),
});

export const rememberSnapshot = deciding({
  id: 'kongBackup.rememberSnapshot',
  title: () => vscode.l10n.t('Remember which snapshot?'),
  decide: (core, snapshot, context) => core.remember(snapshot, context),
  said: (snapshots) => vscode.l10n.t('Remembered {0}', snapshots),
});
