import * as vscode from 'vscode';
import type { Surroundings } from '../languageServer/protocol.js';
import type { EnvironmentInPlay } from './environmentInPlay.js';
import type { EnvironmentStatuses } from './environmentStatuses.js';
import { messageOf } from './format.js';
import type { LanguageServer } from './languageServer.js';
import type { LazyApp } from './lazyApp.js';
import type { Log } from './log.js';
import { gatewayOf } from './validationRequest.js';

interface Sources {
  app: LazyApp;
  inPlay: EnvironmentInPlay;
  statuses: EnvironmentStatuses;
  language: LanguageServer;
  log: Log;
}

/** Keeps the language server told of the environment that the person works with, and of the workspace's own rules. */
export function tellSurroundings({ app, inPlay, statuses, language, log }: Sources): vscode.Disposable {
  const tell = async (): Promise<void> => {
    // Without trust nothing is read that the workspace could have set up.
    if (!vscode.workspace.isTrusted) return;
    const { current } = inPlay;
    const environment = current && { name: current.name, ...gatewayOf(current, statuses) };
    await language.tell({ ...(environment && { environment }), ...(await rulesOf(app, log)) });
  };
  const tellNow = (): void => void tell();
  return vscode.Disposable.from(
    language.onDidStart(tellNow),
    inPlay.onDidChange(tellNow),
    vscode.workspace.onDidSaveTextDocument(({ fileName }) => isEnvironmentsFile(fileName, app) && tellNow()),
    statuses.onDidChange((id) => id === inPlay.current?.id && tellNow()),
  );
}

function isEnvironmentsFile(file: string, app: LazyApp): boolean {
  try {
    return file === app.places().environmentsFile;
  } catch {
    // No folder is open, so there is no such file.
    return false;
  }
}

async function rulesOf(app: LazyApp, log: Log): Promise<Pick<Surroundings, 'rules'>> {
  if (!vscode.workspace.workspaceFolders?.length) return {};
  try {
    const { severity, customPlugins } = await (await app.get()).validationRules();
    const chosen = Object.entries(severity ?? {}).flatMap(([code, choice]) =>
      choice ? [[code, choice] as const] : [],
    );
    return { rules: { severity: Object.fromEntries(chosen), customPlugins: [...(customPlugins ?? [])] } };
  } catch (error) {
    log.warn(`rules of validation: ${messageOf(error)}`);
    return {};
  }
}
