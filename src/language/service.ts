import type { CompletionItem, Diagnostic, DocumentSymbol, Hover } from 'vscode-languageserver-types';
import type { SchemaFacts, SchemaSource } from '../schema/facts.js';
import type { CryptoChecks } from '../schema/formats/format.js';
import type { Position } from './diagnostic.js';
import { readDocument } from './document.js';
import type { KongDocument } from './document.js';
import { completion } from './features/completion.js';
import { toLspDiagnostics } from './features/diagnostics.js';
import { documentSymbols } from './features/documentSymbols.js';
import { hover } from './features/hover.js';
import type { FileKind } from './fileKind.js';
import { kindOf, validateDocument } from './validate.js';

/** A text at one moment; `vscode-languageserver-textdocument` has this shape. */
export interface TextSource {
  readonly uri: string;
  readonly version: number;
  getText(): string;
}

export interface LanguageServiceOptions {
  schemas: SchemaSource;
  /** The gateway version that a file is held to. Asked anew each time, so that a change of settings counts at once. */
  gatewayVersion(uri: string): string;
  /** Checks of certificates and keys, where a crypto library is at hand. */
  crypto?: CryptoChecks;
}

/** What a file is taken for, for the status bar. */
export interface FileInfo {
  kind: FileKind;
  /** Why, in a sentence. */
  reason: string;
  /** The version of the facts it is checked against. */
  gatewayVersion: string;
}

export interface LanguageService {
  diagnostics(source: TextSource): Promise<Diagnostic[]>;
  completion(source: TextSource, position: Position): Promise<CompletionItem[]>;
  hover(source: TextSource, position: Position): Promise<Hover | undefined>;
  documentSymbols(source: TextSource): Promise<DocumentSymbol[]>;
  fileInfo(source: TextSource): Promise<FileInfo>;
  /** Forgets what was read of a text that is closed. */
  forget(uri: string): void;
}

/** Everything the editor can ask about a declarative file. Pure: facts come in, answers go out. */
export function createLanguageService({ schemas, gatewayVersion, crypto }: LanguageServiceOptions): LanguageService {
  const documents = new DocumentCache();

  async function open(
    source: TextSource,
  ): Promise<{ document: KongDocument; facts: SchemaFacts; kind: FileKind; reason: string }> {
    const facts = await schemas.facts(gatewayVersion(source.uri));
    const document = documents.get(source);
    return { document, facts, ...kindOf(document, 'auto', facts) };
  }

  return {
    async diagnostics(source) {
      const { document, facts } = await open(source);
      return toLspDiagnostics(
        validateDocument(document, { kind: 'auto', facts, ...(crypto && { crypto }) }).diagnostics,
      );
    },
    async completion(source, position) {
      const { document, facts, kind } = await open(source);
      return completion(document, position, { kind, facts });
    },
    async hover(source, position) {
      const { document, facts, kind } = await open(source);
      return hover(document, position, kind, facts);
    },
    async documentSymbols(source) {
      const { document, facts, kind } = await open(source);
      return documentSymbols(document, kind, facts);
    },
    async fileInfo(source) {
      const { facts, kind, reason } = await open(source);
      return { kind, reason, gatewayVersion: facts.version };
    },
    forget: (uri) => documents.forget(uri),
  };
}

/** Reads each version of a text once, however many features ask. */
class DocumentCache {
  private readonly read = new Map<string, { version: number; document: KongDocument }>();

  get(source: TextSource): KongDocument {
    const { uri, version } = source;
    const known = this.read.get(uri);
    if (known?.version === version) return known.document;
    const document = readDocument(source.getText(), uri.endsWith('.json'));
    this.read.set(uri, { version, document });
    return document;
  }

  forget(uri: string): void {
    this.read.delete(uri);
  }
}
