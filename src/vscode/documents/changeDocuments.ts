import * as vscode from 'vscode';
import type { Comparison } from '../../app.js';
import type { Change } from '../../core/change.js';
import { isSecretField } from '../../core/secretFields.js';
import { languageId } from '../../languageServer/protocol.js';
import type { AppSource } from '../lazyApp.js';

const changeScheme = 'kong-change';

/** A multi-diff editor of more entities than this helps nobody. */
const shownAtOnce = 300;

/** Two sides that are looked at. */
export interface OpenComparison {
  /** What a person calls the sides, as in `production 2026-11-21 ↔ live`. */
  title: string;
  comparison: Comparison;
}

type Which = 'before' | 'after';

/** The comparison that is open: its entities as read-only documents, secrets masked until they are asked for. */
export class ChangeDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly textChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.textChanged.event;
  private readonly comparisonChanged = new vscode.EventEmitter<void>();
  /** Another comparison, none, another filter, or secrets that are shown now. */
  readonly onDidChangeComparison = this.comparisonChanged.event;
  private readonly subscriptions: vscode.Disposable;
  private opened: OpenComparison | undefined;
  private filterText = '';
  private secretsShown = false;
  private number = 0;

  constructor(private readonly app: AppSource<'entityText'>) {
    this.subscriptions = vscode.Disposable.from(
      this.textChanged,
      this.comparisonChanged,
      vscode.workspace.registerTextDocumentContentProvider(changeScheme, this),
    );
  }

  get current(): OpenComparison | undefined {
    return this.opened;
  }

  get filter(): string {
    return this.filterText;
  }

  get areSecretsShown(): boolean {
    return this.secretsShown;
  }

  /** @param opened nothing closes what is open. */
  open(opened: OpenComparison | undefined): void {
    this.opened = opened;
    this.number++;
    this.secretsShown = false;
    this.filterText = '';
    this.tell();
  }

  filterBy(text: string): void {
    this.filterText = text;
    this.tell();
  }

  showSecrets(shown: boolean): void {
    this.secretsShown = shown;
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === changeScheme) this.textChanged.fire(uri);
    this.tell();
  }

  /** Those that the filter lets through, by workspace. */
  changes(): Change[] {
    const words = this.filterText.toLowerCase().split(/\s+/).filter(Boolean);
    const all = this.opened?.comparison.plan.workspaces.flatMap(({ changes }) => changes) ?? [];
    return all.filter(({ workspace, kind, label, action, id }) => {
      const text = `${workspace} ${kind} ${label} ${action} ${id}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  /** Both sides of an entity in the diff editor. */
  async show(change: Change): Promise<void> {
    const title = `${change.label} (${this.opened?.title ?? ''})`;
    const sides = [this.uri(change, 'before'), this.uri(change, 'after')] as const;
    await Promise.all(sides.map(asDeclarative));
    await vscode.commands.executeCommand('vscode.diff', ...sides, title, { preview: true });
  }

  /** All that the filter lets through in one editor; one by one where the editor has no such view. */
  async showAll(): Promise<void> {
    const changes = this.changes().slice(0, shownAtOnce);
    const resources = changes.map((change) => [
      this.uri(change, 'after'),
      change.before && this.uri(change, 'before'),
      change.after && this.uri(change, 'after'),
    ]);
    try {
      await vscode.commands.executeCommand('vscode.changes', this.opened?.title ?? '', resources);
    } catch {
      for (const change of changes) await this.show(change);
    }
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const [number, workspace = '', index = '', which] = query.split('.');
    const change = this.opened?.comparison.plan.workspaces[Number(workspace)]?.changes[Number(index)];
    const entity = which === 'before' ? change?.before : change?.after;
    if (Number(number) !== this.number || !change || !entity) return '';
    const core = await this.app.get();
    const text = core.entityText(change.kind, entity, this.secretsShown ? 'shown' : 'masked');
    return which === 'before' || this.secretsShown ? text : `${hiddenChanges(change)}${text}`;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private tell(): void {
    void vscode.commands.executeCommand('setContext', 'kongBackup.comparing', this.opened !== undefined);
    this.comparisonChanged.fire();
  }

  private uri(change: Change, which: Which): vscode.Uri {
    const workspaces = this.opened?.comparison.plan.workspaces ?? [];
    const workspace = workspaces.findIndex(({ changes }) => changes.includes(change));
    const index = workspaces[workspace]?.changes.indexOf(change) ?? -1;
    const path = [change.workspace, change.kind, change.label].map((part) => part.replaceAll('/', '-')).join('/');
    return vscode.Uri.from({
      scheme: changeScheme,
      path: `/${path}.yaml`,
      query: `${this.number}.${workspace}.${index}.${which}`,
    });
  }
}

/** Two masked values look alike, but they are not. */
function hiddenChanges({ kind, fields = [] }: Change): string {
  const paths = fields.map(({ path }) => path).filter((path) => isSecretField(kind, path));
  return paths.map((path) => `# ${vscode.l10n.t('{0} changed, not shown', path)}\n`).join('');
}

async function asDeclarative(uri: vscode.Uri): Promise<void> {
  await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), languageId);
}
