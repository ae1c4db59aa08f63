import * as vscode from 'vscode';
import type { BaseLanguageClient, ErrorHandler, LanguageClientOptions } from 'vscode-languageclient';
import { CloseAction, ErrorAction, RevealOutputChannelOn } from 'vscode-languageclient';
import type { InitializationOptions } from '../languageServer/protocol.js';
import { documentSelector, environmentsFileOptions } from './documentSelector.js';
import { lensMiddleware } from './lenses.js';
import type { ClientHooks } from './runningClient.js';

/** A server that stops this often, within this long, is left alone. Milliseconds. */
const restarts = { most: 3, within: 180_000 };

/** Where files may be that are somebody's work; our own read-only documents are none of them. */
const usualSchemes = ['file', 'untitled', 'vscode-vfs', 'vscode-remote'];

/** What the editor's side of the language server is told, on a desktop and in a browser. */
export function clientOptions(
  { channel, onGivenUp }: Pick<ClientHooks, 'channel' | 'onGivenUp'>,
  client: () => BaseLanguageClient,
  initializationOptions: InitializationOptions,
): LanguageClientOptions {
  // A virtual workspace may be of any provider.
  const ofFolders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  const schemes = [...new Set([...usualSchemes, ...ofFolders])];
  return {
    documentSelector: documentSelector(schemes),
    initializationOptions: { ...environmentsFileOptions(), ...initializationOptions },
    outputChannel: channel,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    errorHandler: patientHandler(onGivenUp),
    middleware: lensMiddleware(client),
  };
}

/** Starts a server that stopped again, but not for ever: one that dies of every file would flicker without end. */
function patientHandler(onGivenUp: () => void): ErrorHandler {
  let stops: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: (count ?? 0) <= restarts.most ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed() {
      const now = Date.now();
      stops = [...stops.filter((time) => now - time < restarts.within), now];
      if (stops.length <= restarts.most) return { action: CloseAction.Restart, handled: true };
      onGivenUp();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}
