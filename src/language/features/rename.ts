import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { validateEntity } from '../../schema/validate.js';
import { anchorAt, hasAnchor, type AnchorGroup } from '../anchors.js';
import type { Position } from '../diagnostic.js';
import { nameFieldOf } from '../entityReferences.js';
import { occurrencesOf, type Beside } from '../folder.js';
import { singular, type Entity } from '../model.js';
import type { Occurrence } from '../occurrences.js';
import type { OpenDocument } from '../openDocument.js';
import { entitiesCalled, sharedConfigs, symbolAt, tagKind, type NamedSymbol } from '../symbolAt.js';
import { isEnvTemplate } from '../templates.js';
import { asWritten, writtenAt } from '../writtenValue.js';

/** Why something is not renamed, in words for the person who asked. */
export class RenameRefused extends Error {}

/** What would be renamed, without its quotes. @throws RenameRefused. */
export async function prepareRename(
  document: OpenDocument,
  position: Position,
  beside: Beside,
): Promise<{ range: Range; placeholder: string } | undefined> {
  const named = anchorAt(document, position);
  if (named) return { range: named.token.range, placeholder: named.token.name };
  const found = await renamed(document, position, beside);
  if (!found) return undefined;
  const { symbol, occurrences } = found;
  for (const occurrence of occurrences) editOf(occurrence, symbol, symbol.name);
  return { range: unquoted(document, symbol), placeholder: symbol.name };
}

/** Gives what is named under the cursor another name, there and wherever it is referred to. @throws RenameRefused. */
export async function rename(
  document: OpenDocument,
  position: Position,
  newName: string,
  beside: Beside,
): Promise<WorkspaceEdit | undefined> {
  const named = anchorAt(document, position);
  if (named) return renamedAnchor(document, named, newName);
  const found = await renamed(document, position, beside);
  if (!found) return undefined;
  const { symbol, occurrences } = found;
  if (newName === symbol.name) return { changes: {} };
  refuseName(symbol, newName, document);
  for (const each of [document, ...(document.kind === 'deck' ? await beside() : [])])
    refuseTaken(symbol, newName, each);
  const changes: Record<string, TextEdit[]> = {};
  for (const occurrence of occurrences) {
    (changes[occurrence.document.uri] ??= []).push(editOf(occurrence, symbol, newName));
  }
  return { changes };
}

function renamedAnchor(document: OpenDocument, { token, all }: AnchorGroup, newName: string): WorkspaceEdit {
  if (newName === token.name) return { changes: {} };
  if (!/^[^\s,[\]{}]+$/.test(newName)) throw new RenameRefused(`YAML takes no anchor \`${newName}\`.`);
  if (hasAnchor(document, newName)) throw new RenameRefused(`There is an anchor \`${newName}\` already.`);
  return { changes: { [document.uri]: all.map(({ range }) => ({ range, newText: newName })) } };
}

async function renamed(document: OpenDocument, position: Position, beside: Beside) {
  const symbol = symbolAt(document, position);
  if (!symbol) return undefined;
  const all = await occurrencesOf(document, symbol, beside);
  const declared = all.filter(({ isDeclaration }) => isDeclaration);
  if (symbol.isLoose && declared.length === 0) return undefined;
  refuseSymbol(symbol, document, declared);
  const occurrences = all.filter(({ name }) => name === symbol.name);
  const broken = occurrences.find((each) => !each.document.isWhole);
  if (broken) {
    const where = broken.document === document ? 'This file' : broken.document.uri;
    throw new RenameRefused(`${where} has errors of syntax: mend them first, or some places could be missed.`);
  }
  return { symbol, occurrences };
}

function refuseSymbol({ kind, name }: NamedSymbol, document: OpenDocument, declared: readonly Occurrence[]): void {
  if (isEnvTemplate(name)) throw new RenameRefused('decK fills this in from the environment: rename it there.');
  if (kind === tagKind) return;
  const what = kind === sharedConfigs ? 'shared configuration' : singular(kind);
  const [first, ...more] = declared;
  if (!first) throw new RenameRefused(`No ${what} \`${name}\` stands in this file or in those beside it.`);
  const entity = kind === sharedConfigs ? undefined : entitiesCalled(first.document, kind, name)[0];
  if (entity && isId(entity, name, document)) {
    throw new RenameRefused(`This is the id of a ${what}: with another, it would be another to Kong.`);
  }
  if (more.length > 0) throw new RenameRefused(`\`${name}\` is the name of ${declared.length} entities here.`);
}

const isId = ({ kind, value }: Entity, name: string, { facts }: OpenDocument): boolean =>
  value['id'] === name || nameFieldOf(facts, kind) === 'id';

/** @throws RenameRefused where Kong takes no such name. */
function refuseName({ kind }: NamedSymbol, newName: string, { facts }: OpenDocument): void {
  if (newName.trim() === '') throw new RenameRefused('The name is empty.');
  const [of, field] = kind === tagKind ? ['services', 'tags'] : [kind, nameFieldOf(facts, kind)];
  const value = { [field]: kind === tagKind ? [newName] : newName };
  const problems = validateEntity(facts, of, value, { as: 'declarative', update: true });
  const problem = problems.find(({ path }) => path[0] === field);
  if (problem) throw new RenameRefused(`Kong does not take \`${newName}\` here: ${problem.message}.`);
}

function refuseTaken({ kind }: NamedSymbol, newName: string, document: OpenDocument): void {
  const isTaken =
    kind === tagKind
      ? document.entities.tags().has(newName)
      : kind === sharedConfigs
        ? document.valueAt([sharedConfigs, newName]) !== undefined
        : entitiesCalled(document, kind, newName).length > 0;
  if (!isTaken) return;
  const what = kind === tagKind ? 'tag' : kind === sharedConfigs ? 'shared configuration' : singular(kind);
  throw new RenameRefused(`There is a ${what} \`${newName}\` already.`);
}

/** @throws RenameRefused where the name is not written for this place alone. */
function editOf(
  { document, path, range, isDeclaration }: Occurrence,
  { kind }: NamedSymbol,
  newName: string,
): TextEdit {
  const { text } = document;
  const written = text.slice(text.offset(range.start), text.offset(range.end));
  if (kind === sharedConfigs && isDeclaration) return { range, newText: asWritten(newName, written) };
  const node = writtenAt(document, path);
  if (typeof node === 'string') {
    const line = range.start.line + 1;
    const why = {
      elsewhere: `is taken from line ${line} by an alias or a merge`,
      shared: `on line ${line} has an anchor, by which other places take it`,
      block: `on line ${line} is written as a block`,
    };
    throw new RenameRefused(`The name ${why[node]}: rename it by hand.`);
  }
  const isPart = kind === 'vaults' && !isDeclaration;
  return { range, newText: isPart ? newName : asWritten(newName, written) };
}

function unquoted({ text }: OpenDocument, { range }: NamedSymbol): Range {
  const start = text.offset(range.start);
  const end = text.offset(range.end);
  if (!/^["']/.test(text.slice(start, start + 1)) || end - start < 2) return range;
  return { start: text.position(start + 1), end: text.position(end - 1) };
}
