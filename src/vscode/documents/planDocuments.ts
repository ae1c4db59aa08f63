import * as vscode from 'vscode';
import type { Change, Plan } from '../../core/change.js';
import { entityText } from './entityText.js';

const reportScheme = 'kong-report';
const entityScheme = 'kong-plan-entity';

/** A side-by-side view of more entities than this helps nobody. */
const shownEntities = 300;

interface Shown {
  text: string;
  plan: Plan;
}

/** Comparisons and reports as read-only documents, as long as they are open. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly shown = new Map<string, Shown>();
  private readonly subscriptions: vscode.Disposable;
  private next = 1;

  constructor() {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(reportScheme, this),
      vscode.workspace.registerTextDocumentContentProvider(entityScheme, {
        provideTextDocumentContent: (uri) => this.entityText(uri),
      }),
      vscode.languages.registerCodeLensProvider({ scheme: reportScheme }, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.forEach((tab) => this.forget(tab))),
    );
  }

  /** Opens a document. @param name shown in the tab, without an extension. */
  async open(name: string, shown: Shown): Promise<vscode.Uri> {
    const number = this.next++;
    const uri = vscode.Uri.from({ scheme: reportScheme, path: `/${name.replaceAll('/', '-')}.md`, query: `${number}` });
    this.shown.set(uri.toString(), shown);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
    return uri;
  }

  /** Every changed entity side by side, secrets masked: as one multi-diff editor. */
  async showChanges(uri: vscode.Uri): Promise<void> {
    const plan = this.shown.get(uri.toString())?.plan;
    if (!plan) return;
    const changes = plan.workspaces.flatMap((workspace, w) => workspace.changes.map((change, c) => ({ change, w, c })));
    const resources = changes.slice(0, shownEntities).map(({ change, w, c }) => {
      const side = (which: 'before' | 'after'): vscode.Uri | undefined =>
        change[which] && entityUri(uri, change, `${w}.${c}.${which}`);
      return [entityUri(uri, change, `${w}.${c}.after`), side('before'), side('after')];
    });
    await vscode.commands.executeCommand('vscode.changes', tabTitle(uri), resources);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.shown.get(uri.toString())?.text ?? '';
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const shown = this.shown.get(uri.toString());
    if (!shown?.plan.workspaces.some(({ changes }) => changes.length > 0)) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const title = `$(diff) ${vscode.l10n.t('Show Changes Side by Side')}`;
    return [new vscode.CodeLens(top, { title, command: 'kongBackup.showPlanChanges', arguments: [uri] })];
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** A text document may be closed behind a tab that stays, so the tab decides. */
  private forget({ input }: vscode.Tab): void {
    if (!(input instanceof vscode.TabInputText) || input.uri.scheme !== reportScheme) return;
    const key = input.uri.toString();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const isOpen = tabs.some((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === key);
    if (!isOpen) this.shown.delete(key);
  }

  private entityText({ fragment, query }: vscode.Uri): string {
    const [w = '', c = '', which] = fragment.split('.');
    const change = this.shown.get(query)?.plan.workspaces[Number(w)]?.changes[Number(c)];
    const entity = which === 'before' ? change?.before : change?.after;
    return change && entity ? entityText(change.kind, entity) : '';
  }
}

/** Kind and label make the file's name; which plan and which side stand in query and fragment. */
function entityUri(plan: vscode.Uri, { workspace, kind, label }: Change, at: string): vscode.Uri {
  const path = `/${[workspace, kind, label].map((part) => part.replaceAll('/', '-')).join('/')}.json`;
  return vscode.Uri.from({ scheme: entityScheme, path, query: plan.toString(), fragment: at });
}

const tabTitle = (uri: vscode.Uri): string => uri.path.slice(1).replace(/\.md$/, '');
