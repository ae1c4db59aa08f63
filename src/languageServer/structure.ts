import type { ClientCapabilities, CodeLens, Connection, ServerCapabilities } from 'vscode-languageserver';
import type { LensCommands, LensData } from '../language/features/codeLenses.js';
import { semanticTokensLegend } from '../language/features/semanticTokens.js';
import type { LanguageService, TextSource } from '../language/service.js';
import type { FeatureSettings } from './featureSettings.js';
import type { Ask } from './navigation.js';

export const structureCapabilities: ServerCapabilities = {
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentLinkProvider: {},
  codeLensProvider: { resolveProvider: true },
  inlayHintProvider: true,
  semanticTokensProvider: { legend: semanticTokensLegend, full: true, range: true },
};

export interface StructureParts {
  settings: Pick<FeatureSettings, 'codeLens' | 'inlayHints'>;
  /** The service, once the client has said hello. */
  service(): LanguageService | undefined;
  /** Kong's files that are open. */
  open(): TextSource[];
  client(): ClientCapabilities;
  /** The client's commands for lenses, if it has any. */
  lensCommands(): LensCommands | undefined;
}

/** Requests for what a file is made of. */
export function serveStructure(connection: Connection, ask: Ask, parts: StructureParts): void {
  const { settings, service, open, client, lensCommands } = parts;
  connection.onDocumentSymbol(({ textDocument: { uri } }, token) =>
    ask(uri, (s, document) => s.documentSymbols(document), token),
  );
  connection.onWorkspaceSymbol(async ({ query }) => (await service()?.workspaceSymbols(open(), query)) ?? []);
  connection.onFoldingRanges(({ textDocument: { uri } }, token) =>
    ask(uri, (s, document) => s.foldingRanges(document, client().textDocument?.foldingRange?.rangeLimit), token),
  );
  connection.onSelectionRanges(({ textDocument: { uri }, positions }) =>
    ask(uri, (s, document) => s.selectionRanges(document, positions)),
  );
  connection.onDocumentLinks(({ textDocument: { uri } }, token) =>
    ask(uri, (s, document) => s.documentLinks(document), token),
  );
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    settings.codeLens ? ask(uri, (s, document) => s.codeLenses(document, lensCommands()), token) : [],
  );
  connection.onCodeLensResolve(async (lens: CodeLens) => {
    const { uri } = lens.data as LensData;
    return (await ask(uri, (s, document) => s.resolveCodeLens(document, lens, lensCommands()))) ?? lens;
  });
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }) =>
    settings.inlayHints ? ask(uri, (s, document) => s.inlayHints(document, range)) : [],
  );
  connection.onRequest(
    'textDocument/semanticTokens/full',
    ({ textDocument: { uri } }: { textDocument: { uri: string } }) =>
      ask(uri, (s, document) => s.semanticTokens(document)),
  );
  connection.languages.semanticTokens.onRange(
    async ({ textDocument: { uri }, range }) =>
      (await ask(uri, (s, document) => s.semanticTokens(document, range))) ?? { data: [] },
  );
}
