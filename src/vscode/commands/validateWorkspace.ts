import * as vscode from 'vscode';
import { readSettings } from '../settings.js';
import { validationRequest } from '../validationRequest.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'statusBar' | 'inPlay' | 'statuses' | 'workspaceMarks'>;

/** Validates every Kong file of the workspace, open or not; what is wrong goes into the Problems view. */
export const validateWorkspace = ({ app, statusBar, inPlay, statuses, workspaceMarks }: Needs): Command => ({
  id: 'kongBackup.validateWorkspace',
  async run(call) {
    const core = await app.get();
    const title = vscode.l10n.t('Validating all Kong files in the workspace');
    const verdicts = await call.withProgress(title, async (context) => {
      const files = (await kongFiles()).map(({ fsPath }) => fsPath);
      const request = validationRequest(inPlay.current, statuses);
      return files.length === 0 ? [] : core.validate(files, request, context);
    });
    workspaceMarks.show(verdicts.map(({ file, diagnostics }) => [vscode.Uri.file(file), diagnostics]));
    const wrong = verdicts.filter(({ valid }) => !valid).length;
    statusBar.say(vscode.l10n.t('{0} Kong files, {1} of them with errors', verdicts.length, wrong));
    if (verdicts.some(({ diagnostics }) => diagnostics.length > 0)) {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
    }
  },
});

/** Files by what they say in their first lines; no snapshots, which are nobody's to mend. */
async function kongFiles(): Promise<vscode.Uri[]> {
  const { snapshotsFolder } = readSettings();
  const candidates = await vscode.workspace.findFiles('**/*.{yaml,yml,json}', '**/node_modules/**');
  const files = candidates.filter(
    ({ scheme, path }) => scheme === 'file' && !path.split('/').includes(snapshotsFolder.replace(/^\.\/|\/$/g, '')),
  );
  const says = await Promise.all(files.map(saysKong));
  return files.filter((_, at) => says[at]).sort((a, b) => (a.path < b.path ? -1 : 1));
}

const mark = /(?:^|[{,])\s*["']?_format_version["']?\s*:/m;

async function saysKong(uri: vscode.Uri): Promise<boolean> {
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    return mark.test(new TextDecoder().decode(bytes.subarray(0, 5000)));
  } catch {
    // A file that is gone by now, or that nobody may read, is none to judge.
    return false;
  }
}
