import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import { RenameRefused } from '../language/features/rename.js';
import type { LanguageService, TextSource } from '../language/service.js';

/** Puts a question about an open document of Kong's; answers nothing for any other. */
export type Ask = <T>(
  uri: string,
  question: (service: LanguageService, document: TextSource) => Promise<T>,
) => Promise<NonNullable<T> | null>;

export const navigationCapabilities: ServerCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
};

/** Requests that lead from one place of a file to others. */
export function serveNavigation(connection: Connection, ask: Ask): void {
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    ask(uri, (service, document) => service.definition(document, position)),
  );
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    ask(uri, (service, document) => service.references(document, position, context.includeDeclaration)),
  );
  connection.onDocumentHighlight(({ textDocument: { uri }, position }) =>
    ask(uri, (service, document) => service.documentHighlights(document, position)),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) =>
    refusing(ask(uri, (service, document) => service.prepareRename(document, position))),
  );
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) =>
    refusing(ask(uri, (service, document) => service.rename(document, position, newName))),
  );
}

/** The reason of a refusal is what the person reads. */
async function refusing<T>(answer: Promise<T>): Promise<T | ResponseError> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RenameRefused) return new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    throw error;
  }
}
