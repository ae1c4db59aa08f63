import { CodeActionKind } from 'vscode-languageserver-types';
import type { CodeAction, Diagnostic as LspDiagnostic, TextEdit } from 'vscode-languageserver-types';
import type { Range } from '../diagnostic.js';
import { withBreaksOf } from '../edits.js';
import type { OpenDocument } from '../openDocument.js';
import { findingOf, type Fix } from './codeActionFinding.js';
import { addFormat, fixesOf } from './codeActionFixes.js';
import { silences } from './codeActionSilence.js';
import { convertEntity } from './convertEntity.js';
import { convertFile, type FileConversion } from './convertFile.js';
import { sortEntities } from './sortEntities.js';

/** Kinds of our own, by which an editor's settings and commands ask for them. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.kong`;
export const sortKind = `${CodeActionKind.Source}.sort.kong`;
export const codeActionKinds = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, fixAllKind, sortKind];

export interface CodeActionQuestion {
  range: Range;
  /** Findings there, as they were reported. */
  diagnostics: readonly LspDiagnostic[];
  /** The kinds that are wanted; all when absent. */
  only?: readonly string[];
  /** True for a client that asks again for the edits of the action it takes. */
  canResolve: boolean;
}

/** What an action that is not worked out yet is about. */
export type PendingAction = { uri: string } & (
  { what: 'fixAll'; code?: string } | { what: 'convert'; how: FileConversion } | { what: 'sort' }
);

/** Characters. A larger file is not rewritten as a whole: it would take longer than anybody waits for a menu. */
const longest = 5_000_000;

/** Quick fixes of findings, and ways to write the same otherwise. What costs the whole file is worked out when it is taken. */
export function codeActions(document: OpenDocument, question: CodeActionQuestion): CodeAction[] {
  const { only, diagnostics, canResolve, range } = question;
  const wants = (kind: string): boolean => !only || only.some((each) => kind === each || kind.startsWith(`${each}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) actions.push(...quickFixes(document, diagnostics, canResolve));
  if (wants(CodeActionKind.RefactorRewrite)) actions.push(...rewrites(document, range, canResolve));
  if (!canResolve || document.text.length > longest) return actions;
  const { uri } = document;
  if (wants(fixAllKind))
    actions.push(pending('Fix all that is surely meant otherwise', fixAllKind, { uri, what: 'fixAll' }));
  if (wants(sortKind)) actions.push(pending('Sort entities by name', sortKind, { uri, what: 'sort' }));
  return actions;
}

const pending = (title: string, kind: string, data: PendingAction): CodeAction => ({ title, kind, data });

function quickFixes(document: OpenDocument, diagnostics: readonly LspDiagnostic[], canResolve: boolean): CodeAction[] {
  const actions: CodeAction[] = [];
  const last: CodeAction[] = [];
  for (const diagnostic of diagnostics) {
    const finding = diagnostic.source === 'kong' ? findingOf(diagnostic) : undefined;
    if (!finding) continue;
    const fixes = fixesOf(document, diagnostic);
    actions.push(...fixes.map((fix, at) => fixAction(document, fix, diagnostic, at === 0)));
    last.push(...silences(document, finding).map((fix) => fixAction(document, fix, diagnostic, false)));
    if (canResolve && fixes.some(({ isSure }) => isSure) && document.text.length <= longest) {
      const { code } = finding;
      const data: PendingAction = { uri: document.uri, what: 'fixAll', code };
      last.unshift(pending(`Fix every \`${code}\` of this file`, CodeActionKind.QuickFix, data));
    }
  }
  return [...actions, ...last];
}

function fixAction(
  { uri, text }: OpenDocument,
  { title, edits }: Fix,
  diagnostic: LspDiagnostic,
  isPreferred: boolean,
): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: { changes: { [uri]: withBreaksOf(text, edits) } },
    ...(isPreferred && { isPreferred }),
  };
}

function rewrites(document: OpenDocument, range: Range, canResolve: boolean): CodeAction[] {
  const { uri, text } = document;
  const kind = CodeActionKind.RefactorRewrite;
  const actions: CodeAction[] = convertEntity(document, range.start).map(({ title, edits }) => ({
    title,
    kind,
    edit: { changes: { [uri]: withBreaksOf(text, edits) } },
  }));
  if (!document.topKeys.includes('_format_version') && document.topKeys.length > 0) {
    const { title, edits } = addFormat(document);
    actions.push({ title, kind, edit: { changes: { [uri]: withBreaksOf(text, edits) } } });
  }
  if (canResolve && document.isWhole && document.text.length <= longest) {
    const titles: Record<FileConversion, string> = {
      flat: 'Move all nested entities of this file to its top',
      nested: 'Move all entities of this file into those they belong to',
    };
    for (const how of ['flat', 'nested'] as const)
      actions.push(pending(titles[how], kind, { uri, what: 'convert', how }));
  }
  return actions;
}

/** How an action that was taken is worked out. */
export interface Resolving {
  diagnostics(): Promise<readonly LspDiagnostic[]>;
  reopen(text: string): OpenDocument;
}

/** The edits of an action whose working out was put off. */
export async function resolveEdits(
  document: OpenDocument,
  action: PendingAction,
  resolving: Resolving,
): Promise<TextEdit[]> {
  const { text } = document;
  return text.length > longest ? [] : withBreaksOf(text, await workedOut(document, action, resolving));
}

async function workedOut(
  document: OpenDocument,
  action: PendingAction,
  { diagnostics, reopen }: Resolving,
): Promise<TextEdit[]> {
  switch (action.what) {
    case 'fixAll':
      return fixAll(document, await diagnostics(), action.code);
    case 'convert':
      return convertFile(document, action.how, reopen);
    case 'sort':
      return sortEntities(document);
  }
}

/** What is surely meant otherwise, of all findings or of one kind; edits that would touch others are left for the next time. */
function fixAll(document: OpenDocument, diagnostics: readonly LspDiagnostic[], code?: string): TextEdit[] {
  const taken: TextEdit[] = [];
  for (const diagnostic of diagnostics) {
    if (code !== undefined && diagnostic.code !== code) continue;
    const fix = fixesOf(document, diagnostic).find(({ isSure }) => isSure);
    if (fix && !fix.edits.some((edit) => taken.some((other) => touches(document, edit, other))))
      taken.push(...fix.edits);
  }
  return taken;
}

function touches({ text }: OpenDocument, a: TextEdit, b: TextEdit): boolean {
  return (
    text.offset(a.range.start) <= text.offset(b.range.end) && text.offset(b.range.start) <= text.offset(a.range.end)
  );
}
