import type { ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver';
import { codeActionKinds, type PendingAction } from '../language/features/codeActions.js';
import { longestFormatted } from '../language/features/formatting.js';
import type { Ask } from './navigation.js';

export const writingCapabilities: ServerCapabilities = {
  completionProvider: { triggerCharacters: [' ', '"', "'", '{', '/', '$'] },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds, resolveProvider: true },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
};

/** What helps while a file is written. */
export function serveWriting(connection: Connection, ask: Ask, client: () => ClientCapabilities): void {
  connection.onCompletion(({ textDocument: { uri }, position }) => {
    const snippets = client().textDocument?.completion?.completionItem?.snippetSupport === true;
    return ask(uri, (s, document) => s.completion(document, position, { snippets }));
  });
  connection.onHover(({ textDocument: { uri }, position }) => ask(uri, (s, document) => s.hover(document, position)));
  serveCodeActions(connection, ask, client);
  serveFormatting(connection, ask);
}

function serveCodeActions(connection: Connection, ask: Ask, client: () => ClientCapabilities): void {
  connection.onCodeAction(({ textDocument: { uri }, range, context: { diagnostics, only } }) => {
    const canResolve = client().textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true;
    return ask(uri, (s, document) =>
      s.codeActions(document, { range, diagnostics, canResolve, ...(only && { only }) }),
    );
  });
  connection.onCodeActionResolve(async (action) => {
    // `CodeAction.is` says no to one that is still to be worked out.
    const pending = action.data as PendingAction | undefined;
    if (action.edit || typeof pending?.uri !== 'string') return action;
    const edits = await ask(pending.uri, (s, document) => s.resolveCodeAction(document, pending));
    return { ...action, edit: { changes: { [pending.uri]: edits ?? [] } } };
  });
}

function serveFormatting(connection: Connection, ask: Ask): void {
  const told = new Set<string>();
  connection.onDocumentFormatting(({ textDocument: { uri }, options }) =>
    ask(uri, (s, document) => {
      if ((document.length ?? document.getText().length) > longestFormatted && !told.has(uri)) {
        told.add(uri);
        const most = longestFormatted / 1e6;
        connection.window.showInformationMessage(
          `This file has more than ${most} million characters and is not formatted as a whole: format a selection.`,
        );
      }
      return s.formatting(document, options);
    }),
  );
  connection.onDocumentRangeFormatting(({ textDocument: { uri }, range, options }) =>
    ask(uri, (s, document) => s.formatting(document, options, range)),
  );
  connection.onDocumentOnTypeFormatting(({ textDocument: { uri }, position, options }) =>
    ask(uri, (s, document) => s.onTypeFormatting(document, position, options)),
  );
}
