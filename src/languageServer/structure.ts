import type {
  CancellationToken,
  ClientCapabilities,
  CodeLens,
  Connection,
  ServerCapabilities,
} from 'vscode-languageserver';
import type { LensCommands, LensData } from '../language/features/codeLenses.js';
import { semanticTokensLegend } from '../language/features/semanticTokens.js';
import type { LanguageService, TextSource } from '../language/service.js';
import type { Pace } from '../language/steps.js';
import type { FeatureSettings } from './featureSettings.js';
import type { LongAnswers } from './longAnswers.js';
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
  long: LongAnswers;
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
  const { settings, service, open, client, lensCommands, long } = parts;
  const askLater = <T>(uri: string, taken: CancellationToken, question: LongQuestion<T>) =>
    long.answer((pace) => ask(uri, (s, document) => question(s, document, pace)), taken);
  const askOfScreen = <T>(uri: string, taken: CancellationToken, question: LongQuestion<T>) =>
    long.answerShort((pace) => ask(uri, (s, document) => question(s, document, pace)), taken);

  connection.onDocumentSymbol(({ textDocument: { uri } }, token) =>
    askLater(uri, token, (s, document, pace) => s.documentSymbols(document, pace)),
  );
  connection.onWorkspaceSymbol(({ query }, token) =>
    long.answer(async (pace) => (await service()?.workspaceSymbols(open(), query, pace)) ?? [], token),
  );
  connection.onFoldingRanges(({ textDocument: { uri } }, token) => {
    const most = client().textDocument?.foldingRange?.rangeLimit;
    return askLater(uri, token, (s, document, pace) => s.foldingRanges(document, most, pace));
  });
  connection.onSelectionRanges(({ textDocument: { uri }, positions }, token) =>
    askOfScreen(uri, token, (s, document) => s.selectionRanges(document, positions)),
  );
  connection.onDocumentLinks(({ textDocument: { uri } }, token) =>
    askLater(uri, token, (s, document, pace) => s.documentLinks(document, pace)),
  );
  connection.onCodeLens(({ textDocument: { uri } }, token) =>
    settings.codeLens ? askLater(uri, token, (s, document, pace) => s.codeLenses(document, lensCommands(), pace)) : [],
  );
  connection.onCodeLensResolve(async (lens: CodeLens, token) => {
    const { uri } = lens.data as LensData;
    return (await askOfScreen(uri, token, (s, document) => s.resolveCodeLens(document, lens, lensCommands()))) ?? lens;
  });
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }, token) =>
    settings.inlayHints ? askOfScreen(uri, token, (s, document) => s.inlayHints(document, range)) : [],
  );
  connection.onRequest(
    'textDocument/semanticTokens/full',
    ({ textDocument: { uri } }: { textDocument: { uri: string } }, token: CancellationToken) =>
      askLater(uri, token, (s, document, pace) => s.semanticTokens(document, undefined, pace)),
  );
  connection.languages.semanticTokens.onRange(
    async ({ textDocument: { uri }, range }, token) =>
      (await askOfScreen(uri, token, (s, document, pace) => s.semanticTokens(document, range, pace))) ?? { data: [] },
  );
}

type LongQuestion<T> = (service: LanguageService, document: TextSource, pace: Pace) => Promise<T>;
