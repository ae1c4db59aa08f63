import * as vscode from 'vscode';
import { languageId } from '../languageServer/protocol.js';
import type { FileInfo } from '../languageServer/protocol.js';
import type { LanguageServer } from './languageServer.js';

/** Says beside the language what the file is taken for and which Kong it is held to, and why; both change at a click. */
export class LanguageStatus implements vscode.Disposable {
  private readonly format = vscode.languages.createLanguageStatusItem('kongBackup.format', { language: languageId });
  private readonly version = vscode.languages.createLanguageStatusItem('kongBackup.version', { language: languageId });
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly language: LanguageServer) {
    this.format.name = vscode.l10n.t('Format of the Kong file');
    this.version.name = vscode.l10n.t('Kong version checked against');
    const change = vscode.l10n.t('Change');
    this.format.command = { command: 'kongBackup.chooseFormat', title: change };
    this.version.command = { command: 'kongBackup.chooseGatewayVersion', title: change };
    const refresh = (): void => void this.refresh();
    this.subscriptions = vscode.Disposable.from(
      this.format,
      this.version,
      language.onDidStart(refresh),
      vscode.window.onDidChangeActiveTextEditor(refresh),
      // A file was judged again: its content, a setting or the environment changed.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const active = vscode.window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === active)) refresh();
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async refresh(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== languageId) return;
    const info = await this.language.fileInfo(document.uri);
    if (!info || vscode.window.activeTextEditor?.document !== document) return;
    this.format.text = info.kind === 'deck' ? vscode.l10n.t('decK file') : vscode.l10n.t('DB-less file');
    this.format.detail = vscode.l10n.t('Because {0}', info.reason.replace(/\.$/, ''));
    this.version.text = `Kong ${info.gatewayVersion}`;
    this.version.detail = versionDetail(info);
    const isStandIn = !info.askedVersion.startsWith(info.gatewayVersion);
    this.version.severity = isStandIn
      ? vscode.LanguageStatusSeverity.Warning
      : vscode.LanguageStatusSeverity.Information;
  }
}

/** Who named the version, and that another's schemas stand in for it where they do. */
function versionDetail({ versionSource, environment = '', askedVersion, gatewayVersion }: FileInfo): string {
  const reasons = {
    file: vscode.l10n.t('a comment in the file says so'),
    setting: vscode.l10n.t('the settings say so'),
    environment: vscode.l10n.t('the environment {0} runs {1}', environment, askedVersion),
    assumed: vscode.l10n.t('assumed, for nothing names one'),
  };
  const reason = reasons[versionSource];
  if (askedVersion.startsWith(gatewayVersion)) return reason;
  return vscode.l10n.t('{0}; {1} itself is not known', reason, askedVersion);
}
