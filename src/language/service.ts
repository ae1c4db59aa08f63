import type { CompletionItem, Diagnostic, DocumentSymbol, Hover } from 'vscode-languageserver-types';
import type { SchemaFacts, SchemaSource } from '../schema/facts.js';
import type { CryptoChecks } from '../schema/formats/format.js';
import type { Position } from './diagnostic.js';
import { readDirectives } from './directives.js';
import { readDocument } from './document.js';
import type { KongDocument } from './document.js';
import { completion } from './features/completion.js';
import { toLspDiagnostics } from './features/diagnostics.js';
import { documentSymbols } from './features/documentSymbols.js';
import { hover } from './features/hover.js';
import type { FileKind } from './fileKind.js';
import type { ValidationRules } from './rules.js';
import { kindOf, validateDocument } from './validate.js';

/** A text at one moment; `vscode-languageserver-textdocument` has this shape. */
export interface TextSource {
  readonly uri: string;
  readonly version: number;
  getText(): string;
}

export interface LanguageServiceOptions {
  schemas: SchemaSource;
  /** The gateway that files are held to unless they name one. Asked anew each time, so that a change of settings counts at once. */
  gateway(): Gateway;
  /** What a person decided about checks. */
  rules?(): ValidationRules;
  /** Checks of certificates and keys, where a crypto library is at hand. */
  crypto?: CryptoChecks;
}

/** A version of Kong, and who named it. */
export interface Gateway {
  /** Any version text. */
  version: string;
  source: 'setting' | 'environment' | 'assumed';
  /** The environment's name, where it is one's. */
  environment?: string;
}

/** What a file is taken for, for the status bar. */
export interface FileInfo {
  kind: FileKind;
  /** Why, in a sentence. */
  reason: string;
  /** The version of the facts it is checked against. */
  gatewayVersion: string;
  /** The version that was asked for; facts are those of the nearest one at or below. */
  askedVersion: string;
  /** Who named the version: a comment in the file, the settings, an environment, nobody. */
  versionSource: 'file' | Gateway['source'];
  environment?: string;
  /** Versions that there are facts of, oldest first. */
  versions: readonly string[];
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
export function createLanguageService({ schemas, gateway, rules, crypto }: LanguageServiceOptions): LanguageService {
  const documents = new DocumentCache();

  async function open(source: TextSource): Promise<Opened> {
    const document = documents.get(source);
    const named = readDirectives(document.text, document.lines).gatewayVersion;
    const asked = named === undefined ? gateway() : { version: named, source: 'file' as const };
    const facts = await schemas.facts(asked.version);
    return { document, facts, asked, ...kindOf(document, 'auto', facts) };
  }

  return {
    async diagnostics(source) {
      const { document, facts } = await open(source);
      const decided = rules?.();
      const how = { kind: 'auto' as const, facts, ...(crypto && { crypto }), ...(decided && { rules: decided }) };
      return toLspDiagnostics(validateDocument(document, how).diagnostics);
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
      const { facts, kind, reason, asked } = await open(source);
      return {
        kind,
        reason,
        gatewayVersion: facts.version,
        askedVersion: asked.version,
        versionSource: asked.source,
        ...('environment' in asked && { environment: asked.environment }),
        versions: schemas.versions,
      };
    },
    forget: (uri) => documents.forget(uri),
  };
}

interface Opened {
  document: KongDocument;
  facts: SchemaFacts;
  kind: FileKind;
  reason: string;
  asked: Gateway | { version: string; source: 'file' };
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
