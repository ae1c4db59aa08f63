import * as vscode from 'vscode';
import type { BaseLanguageClient, Location, Middleware, Position } from 'vscode-languageclient';
import { lensCommands } from '../languageServer/protocol.js';

/** Gives lenses of the language server the editor's own commands and words. */
export function lensMiddleware(client: () => BaseLanguageClient): Middleware {
  return {
    async resolveCodeLens(lens, token, next) {
      const resolved = await next(lens, token);
      const command = resolved?.command && commandOf(resolved.command, client());
      return resolved && command ? new vscode.CodeLens(resolved.range, command) : resolved;
    },
  };
}

function commandOf(
  { command, title, arguments: args = [] }: vscode.Command,
  client: BaseLanguageClient,
): vscode.Command | undefined {
  const { protocol2CodeConverter: convert } = client;
  switch (command) {
    case lensCommands.uses: {
      const [uri, position, locations] = args as [string, Position, Location[]];
      return {
        title,
        command: 'editor.action.showReferences',
        arguments: [
          convert.asUri(uri),
          convert.asPosition(position),
          locations.map((each) => convert.asLocation(each)),
        ],
      };
    }
    case lensCommands.compare:
      return {
        title: vscode.l10n.t('Compare with …'),
        command: 'kongBackup.compareWithEnvironment',
        arguments: [convert.asUri(String(args[0]))],
      };
    case lensCommands.history: {
      const [workspace, kind, name] = args as string[];
      return {
        title: vscode.l10n.t('History …'),
        command: 'kongBackup.entityHistory',
        arguments: [{ workspace, kind, name }],
      };
    }
    case lensCommands.restore: {
      const [uri = '', workspace, kind, name] = args as string[];
      return {
        title: vscode.l10n.t('Restore this entity …'),
        command: 'kongBackup.restore',
        arguments: [undefined, undefined, { uri, workspace, kind, name }],
      };
    }
    default:
      return undefined;
  }
}
