import { CancellationTokenSource, TextDocuments, TextDocumentSyncKind } from 'vscode-languageserver';
import type { ClientCapabilities, Connection, InitializeParams, InitializeResult } from 'vscode-languageserver';
import type { LensCommands } from '../language/features/codeLenses.js';
import { LiveText, type TextChange } from '../language/incremental/liveText.js';
import { createLanguageService } from '../language/service.js';
import { joinRules } from '../language/rules.js';
import type { LanguageService } from '../language/service.js';
import type { Pace } from '../language/steps.js';
import { assumedGatewayVersion, type SchemaSource } from '../schema/facts.js';
import type { CryptoChecks } from '../schema/formats/format.js';
import { PulledDiagnostics } from './diagnosticPull.js';
import { DocumentQueue } from './documentQueue.js';
import { FeatureSettings } from './featureSettings.js';
import { OpenedFolder, type FolderReader } from './folderFiles.js';
import { KnownSchemas } from './gatewaySchemas.js';
import { LongAnswers } from './longAnswers.js';
import { navigationCapabilities, serveNavigation } from './navigation.js';
import { otherFiles, type OtherFiles } from './otherFiles.js';
import {
  fileInfoRequest,
  gatewaySchemasNotification,
  languageId,
  lensCommands,
  schemasUsedNotification,
  surroundingsNotification,
} from './protocol.js';
import type { FileInfoParams, InitializationOptions, SchemasUsed } from './protocol.js';
import { SchemasInUse } from './schemasInUse.js';
import { ClientSettings } from './settings.js';
import { serveStructure, structureCapabilities } from './structure.js';
import { KnownSurroundings } from './surroundings.js';
import { warmUp } from './warmUp.js';
import { serveWriting, writingCapabilities } from './writing.js';

export interface ServerOptions {
  version: string;
  /** Facts from a folder; the server's own when the client names none. */
  openSchemas(folder: string | undefined): SchemaSource;
  /** Checks of certificates and keys, where a crypto library is at hand. */
  crypto?: CryptoChecks;
  /** Reads the folders that files are in; none where there is no disk. */
  folders?: FolderReader;
}

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  ...writingCapabilities,
  ...navigationCapabilities,
  ...structureCapabilities,
};

/** Serves a client: each request is one call of the language service. Logs say what happened, never what a file holds. */
export function serve(connection: Connection, { version, openSchemas, crypto, folders }: ServerOptions): void {
  const documents = new TextDocuments(liveTexts);
  let service: LanguageService | undefined;
  let others: OtherFiles | undefined;
  let clientCapabilities: ClientCapabilities = {};
  const checkAll = (): void => {
    documents.keys().forEach((uri) => queue.add(uri));
    pulled.refresh();
  };
  const settings = new ClientSettings(connection, checkAll);
  const features = new FeatureSettings(connection);
  let ofLenses: LensCommands | undefined;
  const surroundings = new KnownSurroundings(checkAll);
  const ownSchemas = new KnownSchemas(checkAll, (message) => connection.console.warn(message));
  let inUse: SchemasInUse | undefined;
  const ours = (uri: string): LiveText | undefined => {
    const document = documents.get(uri);
    return document && isOurs(document) ? document : undefined;
  };
  const folder = new OpenedFolder({ keys: () => documents.keys(), get: ours }, folders);

  const check = async (uri: string): Promise<void> => {
    const document = documents.get(uri);
    if (!service || !document) return;
    const checked = document.version;
    const diagnostics = pulled.isUsed ? [] : ((await serviceOf(document)?.diagnostics(document)) ?? []);
    if (documents.get(uri)?.version !== checked) return;
    if (!pulled.isUsed) await connection.sendDiagnostics({ uri, version: checked, diagnostics });
    if (inUse && isOurs(document)) inUse.add(await service.schemasUsed(document));
  };
  const queue = new DocumentQueue(check, (uri, error) => {
    connection.console.error(`${uri} could not be checked: ${error instanceof Error ? error.name : typeof error}`);
  });

  const serviceOf = (document: LiveText): LanguageService | undefined =>
    others?.(document) ?? (isOurs(document) ? service : undefined);

  /** The open document of a request, when it is one of Kong's; a request for another is answered with nothing. */
  async function ask<T>(uri: string, question: (service: LanguageService, document: LiveText) => Promise<T>) {
    const document = documents.get(uri);
    const answering = document && serviceOf(document);
    return answering ? ((await question(answering, document)) ?? null) : null;
  }

  const long = new LongAnswers(queue);
  const open = (): LiveText[] => documents.keys().flatMap((uri) => ours(uri) ?? []);
  const pulled = new PulledDiagnostics(connection, {
    ask,
    service: () => service,
    open,
    beside: (uri) => folder.beside(uri),
  });

  connection.onInitialize(({ initializationOptions, capabilities: client }: InitializeParams) => {
    const options = initializationOptions as InitializationOptions | undefined;
    const schemas = openSchemas(options?.schemaFolder);
    const gateway = () => surroundings.gateway(settings.gatewayVersion, assumedGatewayVersion);
    const { environmentsFile, yamlIsChecked } = options ?? {};
    const rules = () => joinRules(settings.rules, surroundings.rules);
    others = otherFiles({ gateway, rules, environmentsFile, yamlIsChecked });
    service = createLanguageService({
      schemas,
      gateway,
      rules,
      ownSchemas: (shipped, asked) => ownSchemas.over(shipped, asked),
      ...(crypto && { crypto }),
      folder,
    });
    if (options?.gatewaySchemas === true) {
      const tell = (used: SchemasUsed): void => void connection.sendNotification(schemasUsedNotification, used);
      inUse = new SchemasInUse(tell);
    }
    clientCapabilities = client;
    ofLenses = knownLensCommands(options?.lensCommands);
    connection.onInitialized(async () => {
      await settings.start(client);
      await features.start(client);
      if (service) await warmUp(service, () => queue.isBusy);
    });
    connection.console.info(`kong-backup language server ${version}, facts of Kong ${schemas.versions.join(', ')}`);
    const offered = { ...capabilities, ...pulled.offer(client, options?.pushDiagnostics === true) };
    return { capabilities: offered, serverInfo: { name: 'kong-backup', version } };
  });
  connection.onDidChangeConfiguration(async ({ settings: sent }) => {
    await settings.refresh(sent);
    await features.refresh();
  });
  connection.onNotification(surroundingsNotification, (sent: unknown) => surroundings.learn(sent));
  connection.onNotification(gatewaySchemasNotification, (sent: unknown) => ownSchemas.learn(sent));
  connection.onShutdown(() => queue.clear());

  documents.onDidChangeContent(({ document }) => queue.add(document.uri));
  // What editors ask of each file first is looked up while nothing is to do. Of a file that is read by its parts most of it is kept.
  documents.onDidOpen(({ document }) => {
    const { token } = new CancellationTokenSource();
    const lookAhead = (pace: Pace): Promise<unknown> =>
      ask(document.uri, async (s) => (document.parts() ? s.documentSymbols(document, pace) : undefined));
    setTimeout(() => void long.answer(lookAhead, token).catch(() => undefined), lookAheadAfter);
  });
  documents.onDidClose(({ document: { uri } }) => {
    queue.remove(uri);
    service?.forget(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  serveWriting(connection, ask, () => clientCapabilities);
  serveNavigation(connection, ask);
  serveStructure(connection, ask, {
    long,
    settings: features,
    service: () => service,
    open,
    client: () => clientCapabilities,
    lensCommands: () => ofLenses,
  });
  connection.onRequest(fileInfoRequest, ({ uri }: FileInfoParams) => ask(uri, (s, document) => s.fileInfo(document)));

  documents.listen(connection);
  connection.listen();
}

/** Milliseconds after a file was opened: what its first edit needs is got ready before. */
const lookAheadAfter = 1000;

/** Those of our commands for lenses that a client says it has. */
function knownLensCommands(names: InitializationOptions['lensCommands']): LensCommands | undefined {
  const known = Object.entries(lensCommands).filter(([about]) => names?.some((name) => name === about));
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

/** Clients that do not know our language send Kong's files as YAML or JSON: those say what they are in their first lines. */
function isOurs(document: LiveText): boolean {
  return (
    document.languageId === languageId || /(^|[{,])\s*["']?_format_version["']?\s*:/m.test(document.getText(firstLines))
  );
}

/** Texts that are read by their parts: a change of a long one takes no longer than that of a short one. */
const liveTexts = {
  create: (uri: string, language: string, version: number, text: string) => new LiveText(uri, language, version, text),
  update(text: LiveText, changes: TextChange[], version: number): LiveText {
    text.change(changes, version);
    return text;
  },
};

const firstLines = { start: { line: 0, character: 0 }, end: { line: 50, character: 0 } };
