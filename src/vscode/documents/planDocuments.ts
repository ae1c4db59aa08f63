import * as vscode from 'vscode';
import type { RestorePlan } from '../../app.js';
import type { Change, Plan } from '../../core/change.js';
import { entityText } from './entityText.js';

/** Plans that wait for a person's word. */
const planScheme = 'kong-plan';
/** Comparisons and reports. */
const reportScheme = 'kong-report';
const schemes = [planScheme, reportScheme];
const entityScheme = 'kong-plan-entity';

/** A side-by-side view of more entities than this helps nobody. */
const shownEntities = 300;

interface Shown {
  text: string;
  plan: Plan;
  /** Set while the plan waits for a person's word. */
  restore?: RestorePlan;
}

/** Plans, comparisons and reports as read-only documents, as long as they are open. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly shown = new Map<string, Shown>();
  private readonly lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.lensesChanged.event;
  private readonly subscriptions: vscode.Disposable;
  private next = 1;

  constructor() {
    this.subscriptions = vscode.Disposable.from(
      this.lensesChanged,
      ...schemes.map((scheme) => vscode.workspace.registerTextDocumentContentProvider(scheme, this)),
      vscode.workspace.registerTextDocumentContentProvider(entityScheme, {
        provideTextDocumentContent: (uri) => this.entityText(uri),
      }),
      vscode.languages.registerCodeLensProvider(
        schemes.map((scheme) => ({ scheme })),
        this,
      ),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.forEach((tab) => this.forget(tab))),
    );
  }

  /** Opens a document. @param name shown in the tab, without an extension. */
  async open(name: string, shown: Shown): Promise<vscode.Uri> {
    const number = this.next++;
    const scheme = shown.restore ? planScheme : reportScheme;
    const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll('/', '-')}.md`, query: `${number}` });
    this.shown.set(uri.toString(), shown);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
    return uri;
  }

  /** The plan that a document shows and that waits to be confirmed. */
  pending(uri: vscode.Uri): RestorePlan | undefined {
    return this.shown.get(uri.toString())?.restore;
  }

  /** The plan is not to be applied again. */
  settle(uri: vscode.Uri): void {
    const shown = this.shown.get(uri.toString());
    if (!shown) return;
    delete shown.restore;
    this.lensesChanged.fire();
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
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command, arguments: [uri] });
    const apply = lens(`$(play) ${vscode.l10n.t('Apply This Plan…')}`, 'kongBackup.applyPlan');
    const changes = lens(`$(diff) ${vscode.l10n.t('Show Changes Side by Side')}`, 'kongBackup.showPlanChanges');
    return [...(shown.restore ? [apply] : []), changes];
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** A text document may be closed behind a tab that stays, so the tab decides. */
  private forget({ input }: vscode.Tab): void {
    if (!(input instanceof vscode.TabInputText) || !schemes.includes(input.uri.scheme)) return;
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
