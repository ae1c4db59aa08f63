import * as vscode from 'vscode';
import { languageId } from '../languageServer/protocol.js';
import type { FileInfo } from '../languageServer/protocol.js';
import type { EnvironmentSchemas, SchemasState } from './environmentSchemas.js';
import { describeError } from './errorMessages.js';
import { formatTime } from './format.js';
import type { LanguageServer } from './languageServer.js';

/** Says beside the language what the file is taken for and which Kong it is held to, and why; both change at a click. */
export class LanguageStatus implements vscode.Disposable {
  private readonly format = vscode.languages.createLanguageStatusItem('kongBackup.format', { language: languageId });
  private readonly version = vscode.languages.createLanguageStatusItem('kongBackup.version', { language: languageId });
  private readonly schemas = vscode.languages.createLanguageStatusItem('kongBackup.schemas', { language: languageId });
  private readonly subscriptions: vscode.Disposable;

  constructor(
    private readonly language: LanguageServer,
    own: Pick<EnvironmentSchemas, 'state' | 'onDidChange'>,
  ) {
    this.format.name = vscode.l10n.t('Format of the Kong file');
    this.version.name = vscode.l10n.t('Kong version checked against');
    const change = vscode.l10n.t('Change');
    this.format.command = { command: 'kongBackup.chooseFormat', title: change };
    this.version.command = { command: 'kongBackup.chooseGatewayVersion', title: change };
    this.schemas.name = vscode.l10n.t('Schemas checked against');
    this.showSchemas(own.state);
    const refresh = (): void => void this.refresh();
    this.subscriptions = vscode.Disposable.from(
      this.format,
      this.version,
      this.schemas,
      own.onDidChange(() => this.showSchemas(own.state)),
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

  private showSchemas(state: SchemasState): void {
    const { text, detail = '', isWarning = false } = describeSchemas(state);
    this.schemas.text = text;
    this.schemas.detail = detail;
    this.schemas.busy = state.state === 'asking';
    this.schemas.severity = isWarning
      ? vscode.LanguageStatusSeverity.Warning
      : vscode.LanguageStatusSeverity.Information;
    const command = { command: 'kongBackup.refreshGatewaySchemas', title: vscode.l10n.t('Refresh') };
    this.schemas.command = state.state === 'shipped' ? undefined : command;
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

/** Whose schemas count, since when, and what stands in the way of newer ones. */
function describeSchemas(state: SchemasState): { text: string; detail?: string; isWarning?: boolean } {
  if (state.state === 'shipped') return { text: vscode.l10n.t('Schemas of this extension') };
  const text = vscode.l10n.t('Schemas of {0}', state.environment);
  switch (state.state) {
    case 'asking':
      return { text, detail: vscode.l10n.t('asking the gateway') };
    case 'live': {
      const when = vscode.l10n.t('asked {0}', formatTime(state.at));
      if (state.missing === 0) return { text, detail: when };
      return { text, detail: vscode.l10n.t('{0}; {1} could not be had', when, state.missing), isWarning: true };
    }
    case 'unreachable': {
      const { text: reason } = describeError(state.error);
      return state.at === undefined
        ? {
            text: vscode.l10n.t('Schemas of this extension'),
            detail: vscode.l10n.t('{0} could not be asked: {1}', state.environment, reason),
            isWarning: true,
          }
        : {
            text,
            detail: vscode.l10n.t('as of {0}; now it could not be asked: {1}', formatTime(state.at), reason),
            isWarning: true,
          };
    }
  }
}
