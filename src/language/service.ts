import type {
  CodeAction,
  CompletionList,
  Diagnostic,
  DocumentHighlight,
  DocumentSymbol,
  Hover,
  CodeLens,
  DocumentLink,
  FoldingRange,
  InlayHint,
  SelectionRange,
  SemanticTokens,
  WorkspaceSymbol,
  Location,
  Range,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import { isObject, type JsonObject } from '../core/json.js';
import type { SchemaFacts, SchemaSource } from '../schema/facts.js';
import type { CryptoChecks } from '../schema/formats/format.js';
import { installedFacts, type Installation } from '../schema/installed.js';
import type { Position } from './diagnostic.js';
import { readDirectives } from './directives.js';
import { readDocument } from './document.js';
import type { KongDocument } from './document.js';
import { codeActions, resolveEdits, type CodeActionQuestion, type PendingAction } from './features/codeActions.js';
import { completion, type CompletionClient } from './features/completion.js';
import { codeLenses, resolveCodeLens, type LensCommands } from './features/codeLenses.js';
import { definition } from './features/definition.js';
import { toLspDiagnostics } from './features/diagnostics.js';
import { documentHighlights } from './features/documentHighlights.js';
import { documentLinks } from './features/documentLinks.js';
import { documentSymbols } from './features/documentSymbols.js';
import { foldingRanges } from './features/foldingRanges.js';
import { formatting, rangeFormatting, type FormattingOptions } from './features/formatting.js';
import { hover } from './features/hover.js';
import { inlayHints } from './features/inlayHints.js';
import { onTypeFormatting } from './features/onTypeFormatting.js';
import { references } from './features/references.js';
import { prepareRename, rename } from './features/rename.js';
import { selectionRanges } from './features/selectionRanges.js';
import { semanticTokens } from './features/semanticTokens.js';
import { workspaceSymbols } from './features/workspaceSymbols.js';
import type { FileKind } from './fileKind.js';
import { FolderDocuments } from './folderDocuments.js';
import type { FolderFiles } from './folderFiles.js';
import type { OpenDocument } from './openDocument.js';
import type { ValidationRules } from './rules.js';
import type { CutText } from './incremental/cutText.js';
import { liveDocument } from './incremental/liveDocument.js';
import { LiveText } from './incremental/liveText.js';
import { LiveVerdict, type How } from './incremental/verdict.js';
import { Outdated, paced, type Pace, type Steps } from './steps.js';
import { kindOf, validateDocument } from './validate.js';
import { wholeDocument } from './wholeDocument.js';

/** A text at one moment; `vscode-languageserver-textdocument` has this shape. */
export interface TextSource {
  readonly uri: string;
  readonly version: number;
  /** Characters, where that is known without putting the text together. */
  readonly length?: number;
  getText(): string;
}

export interface LanguageServiceOptions {
  schemas: SchemaSource;
  /** The gateway that files are held to unless they name one. Asked anew each time, so that a change of settings counts at once. */
  gateway(): Gateway;
  /** A gateway's own schemas in place of shipped ones. @param version that was asked for. */
  ownSchemas?(shipped: SchemaFacts, version: string): SchemaFacts;
  /** What a person decided about checks. */
  rules?(): ValidationRules;
  /** Checks of certificates and keys, where a crypto library is at hand. */
  crypto?: CryptoChecks;
  /** The files that decK merges with one; none where folders can't be read. */
  folder?: FolderFiles;
}

/** A version of Kong, and who named it. */
export interface Gateway {
  /** Any version text. */
  version: string;
  source: 'setting' | 'environment' | 'assumed';
  /** The environment's name, where it is one's. */
  environment?: string;
  /** Of the environment's gateway, where it is known. */
  edition?: Installation['edition'];
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

/** Of a file as a whole, what is asked with a pace is worked out in steps. @throws Outdated where the text changes between them. */
export interface LanguageService {
  diagnostics(source: TextSource): Promise<Diagnostic[]>;
  completion(source: TextSource, position: Position, client?: CompletionClient): Promise<CompletionList>;
  hover(source: TextSource, position: Position): Promise<Hover | undefined>;
  documentSymbols(source: TextSource, pace?: Pace): Promise<DocumentSymbol[]>;
  definition(source: TextSource, position: Position): Promise<Location[]>;
  references(source: TextSource, position: Position, withDeclaration: boolean): Promise<Location[]>;
  documentHighlights(source: TextSource, position: Position): Promise<DocumentHighlight[]>;
  /** @throws RenameRefused, as `rename` does. */
  prepareRename(source: TextSource, position: Position): Promise<{ range: Range; placeholder: string } | undefined>;
  rename(source: TextSource, position: Position, newName: string): Promise<WorkspaceEdit | undefined>;
  /** Of these files and of those beside them. */
  workspaceSymbols(sources: readonly TextSource[], query: string, pace?: Pace): Promise<WorkspaceSymbol[]>;
  /** @param most as many as the client takes. */
  foldingRanges(source: TextSource, most?: number, pace?: Pace): Promise<FoldingRange[]>;
  selectionRanges(source: TextSource, positions: readonly Position[]): Promise<SelectionRange[]>;
  documentLinks(source: TextSource, pace?: Pace): Promise<DocumentLink[]>;
  /** @param commands those of the client, if it has any. */
  codeLenses(source: TextSource, commands?: LensCommands, pace?: Pace): Promise<CodeLens[]>;
  resolveCodeLens(source: TextSource, lens: CodeLens, commands?: LensCommands): Promise<CodeLens>;
  inlayHints(source: TextSource, range: Range): Promise<InlayHint[]>;
  /** @param range the whole file when absent. Undefined for one that is too large for that. */
  semanticTokens(source: TextSource, range?: Range, pace?: Pace): Promise<SemanticTokens | undefined>;
  codeActions(source: TextSource, question: CodeActionQuestion): Promise<CodeAction[]>;
  /** The edits of an action that was taken before they were worked out. */
  resolveCodeAction(source: TextSource, action: PendingAction): Promise<TextEdit[]>;
  /** Of a range the items that it is in; of a file that is too large nothing. */
  formatting(source: TextSource, options: FormattingOptions, range?: Range): Promise<TextEdit[]>;
  onTypeFormatting(source: TextSource, position: Position, options: FormattingOptions): Promise<TextEdit[]>;
  fileInfo(source: TextSource): Promise<FileInfo>;
  /** The kinds and plugins that a file is made of. */
  schemasUsed(source: TextSource): Promise<{ kinds: string[]; plugins: string[] }>;
  /** Forgets what was read of a text that is closed. */
  forget(uri: string): void;
}

/** Everything the editor can ask about a declarative file. Pure: facts come in, answers go out. */
export function createLanguageService(options: LanguageServiceOptions): LanguageService {
  const { schemas, gateway, rules, crypto } = options;
  const documents = new DocumentCache();
  const folder = new FolderDocuments(options.folder);

  async function open(source: TextSource): Promise<Opened> {
    const document = source instanceof LiveText ? source.asWhole() : documents.get(source);
    const named = readDirectives(document.text, document.lines).gatewayVersion;
    const known = await factsOf(named);
    return { document, ...known, ...kindOf(document, 'auto', known.facts) };
  }

  /** The same of a text that is kept up, without a look at all of it. */
  async function openLive(source: LiveText) {
    const verdict = verdictOf(source);
    const known = await factsOf(verdict.directives().gatewayVersion);
    return { verdict, ...known, ...verdict.kind(known.facts) };
  }

  function how(facts: SchemaFacts): How {
    const decided = rules?.();
    return { facts, ...(crypto && { crypto }), ...(decided && { rules: decided }) };
  }

  async function factsOf(named: string | undefined) {
    const asked = named === undefined ? gateway() : { version: named, source: 'file' as const };
    const shipped = await schemas.facts(asked.version);
    const own = options.ownSchemas?.(shipped, asked.version) ?? shipped;
    const edition = 'edition' in asked ? asked.edition : undefined;
    const facts = installedFacts(own, { ...(edition && { edition }), plugins: rules?.().customPlugins ?? [] });
    return { shipped, facts, asked };
  }

  async function opened(source: TextSource): Promise<OpenDocument> {
    if (source instanceof LiveText) {
      const cut = source.parts();
      const verdict = verdictOf(source);
      const { facts, kind } = await openLive(source);
      const judgement = () => verdict.judged(cut as CutText, how(facts));
      const isWhole = source.marked.problems.size === 0;
      if (cut) return liveDocument(cut, judgement, { uri: source.uri, version: source.version, facts, kind, isWhole });
    }
    const { document, facts, kind } = await open(source);
    return wholeDocument(document, { uri: source.uri, version: source.version, facts, kind });
  }

  /** Read when somebody first wants to know what another version has. */
  let all: Promise<SchemaFacts[]> | undefined;
  function everyVersion(): Promise<SchemaFacts[]> {
    all ??= Promise.all(schemas.versions.map((version) => schemas.facts(version)));
    all.catch(() => (all = undefined));
    return all;
  }

  async function inSteps<T>(source: TextSource, pace: Pace | undefined, steps: (document: OpenDocument) => Steps<T>) {
    const unchanged = pace && whileUnchanged([source], pace);
    return paced(steps(await opened(source)), unchanged);
  }

  /** A document, and how to get those beside it. */
  async function placed(source: TextSource) {
    const document = await opened(source);
    return [document, folder.beside(document)] as const;
  }

  return {
    async diagnostics(source) {
      const live = source instanceof LiveText ? await openLive(source) : undefined;
      const { facts, shipped, document } = live ? { ...live, document: undefined } : await open(source);
      const judge = (by: SchemaFacts) =>
        toLspDiagnostics(
          live
            ? live.verdict.diagnostics(how(by))
            : validateDocument(document as KongDocument, { kind: 'auto', ...how(by) }).diagnostics,
        );
      try {
        return judge(facts);
      } catch (error) {
        // Schemas from outside may hold what nobody thought of: the file is judged all the same.
        if (!options.ownSchemas) throw error;
        return judge(shipped);
      }
    },
    completion: async (source, position, client) => completion(await opened(source), position, client),
    hover: async (source, position) => hover(await opened(source), position, await everyVersion()),
    documentSymbols: (source, pace) => inSteps(source, pace, documentSymbols),
    async definition(source, position) {
      const [document, beside] = await placed(source);
      return definition(document, position, beside);
    },
    async references(source, position, withDeclaration) {
      const [document, beside] = await placed(source);
      return references(document, position, beside, withDeclaration);
    },
    documentHighlights: async (source, position) => documentHighlights(await opened(source), position),
    async prepareRename(source, position) {
      const [document, beside] = await placed(source);
      return prepareRename(document, position, beside);
    },
    async rename(source, position, newName) {
      const [document, beside] = await placed(source);
      return rename(document, position, newName, beside);
    },
    async workspaceSymbols(sources, query, pace) {
      const unchanged = pace && whileUnchanged(sources, pace);
      const open = await Promise.all(sources.map(opened));
      const beside = await Promise.all(open.map((document) => folder.beside(document)()));
      const documents = new Map([...open, ...beside.flat()].reverse().map((document) => [document.uri, document]));
      return paced(workspaceSymbols([...documents.values()].reverse(), query), unchanged);
    },
    foldingRanges: (source, most, pace) => inSteps(source, pace, (document) => foldingRanges(document, most)),
    selectionRanges: async (source, positions) => selectionRanges(await opened(source), positions),
    documentLinks: (source, pace) => inSteps(source, pace, documentLinks),
    codeLenses: (source, commands, pace) => inSteps(source, pace, (document) => codeLenses(document, commands)),
    resolveCodeLens: async (source, lens, commands) => resolveCodeLens(await opened(source), lens, commands),
    inlayHints: async (source, range) => inlayHints(await opened(source), range),
    semanticTokens: (source, range, pace) => inSteps(source, pace, (document) => semanticTokens(document, range)),
    codeActions: async (source, question) => codeActions(await opened(source), question),
    async resolveCodeAction(source, action) {
      const document = await opened(source);
      const { uri, kind, facts } = document;
      return resolveEdits(document, action, {
        diagnostics: () => this.diagnostics(source),
        reopen: (text) => wholeDocument(readDocument(text), { uri, version: source.version, kind, facts }),
      });
    },
    async formatting(source, options, range) {
      const document = await opened(source);
      return range ? rangeFormatting(document, range, options) : formatting(document, options);
    },
    onTypeFormatting: async (source, position, options) => onTypeFormatting(await opened(source), position, options),
    async fileInfo(source) {
      const { facts, kind, reason, asked } = source instanceof LiveText ? await openLive(source) : await open(source);
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
    async schemasUsed(source) {
      const cut = source instanceof LiveText ? source.parts() : undefined;
      if (source instanceof LiveText && cut) {
        const live = await openLive(source);
        const { kinds, plugins } = live.verdict.judged(cut, how(live.facts)).used;
        return { kinds: [...kinds], plugins: [...plugins] };
      }
      const { document, facts } = await open(source);
      const used = { kinds: new Set<string>(), plugins: new Set<string>() };
      if (isObject(document.value)) collectUsed(document.value, facts, used);
      return { kinds: [...used.kinds], plugins: [...used.plugins] };
    },
    forget: (uri) => documents.forget(uri),
  };
}

/** What was made of a text by half is of no use once it reads otherwise. */
function whileUnchanged(sources: readonly TextSource[], pace: Pace): Pace {
  const versions = sources.map(({ version }) => version);
  return async () => {
    await pace();
    if (sources.some(({ version }, at) => version !== versions[at])) throw new Outdated();
  };
}

/** Lists of entities by the names of their kinds, at the top and inside entities; cheaper than the model, for every keystroke. */
function collectUsed(value: JsonObject, facts: SchemaFacts, used: { kinds: Set<string>; plugins: Set<string> }): void {
  for (const key in value) {
    const list = value[key];
    if (!Array.isArray(list) || !Object.hasOwn(facts.entities, key)) continue;
    for (const item of list) {
      if (!isObject(item)) continue;
      used.kinds.add(key);
      if (key === 'plugins' && typeof item['name'] === 'string') used.plugins.add(item['name']);
      collectUsed(item, facts, used);
    }
  }
}

const verdicts = new WeakMap<LiveText, LiveVerdict>();

function verdictOf(text: LiveText): LiveVerdict {
  let verdict = verdicts.get(text);
  if (!verdict) verdicts.set(text, (verdict = new LiveVerdict(text)));
  return verdict;
}

interface Opened {
  document: KongDocument;
  shipped: SchemaFacts;
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
