import type { ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver';
import type { Ask } from './navigation.js';

export const writingCapabilities: ServerCapabilities = {
  completionProvider: { triggerCharacters: [' ', '"', "'", '{', '/', '$'] },
  hoverProvider: true,
};

/** What helps while a file is written. */
export function serveWriting(connection: Connection, ask: Ask, client: () => ClientCapabilities): void {
  connection.onCompletion(({ textDocument: { uri }, position }) => {
    const snippets = client().textDocument?.completion?.completionItem?.snippetSupport === true;
    return ask(uri, (s, document) => s.completion(document, position, { snippets }));
  });
  connection.onHover(({ textDocument: { uri }, position }) => ask(uri, (s, document) => s.hover(document, position)));
}
