import type { OpenDocument } from './openDocument.js';
import { occurrencesIn, type Occurrence, type Wanted } from './occurrences.js';
import { entitiesCalled, tagKind } from './symbolAt.js';

/** Reads the other files of a document's folder; nothing where there is no folder to read. */
export type Beside = () => Promise<readonly OpenDocument[]>;

/** decK merges the files of a folder into one. A DB-less gateway reads a single file, and workspaces are worlds apart. */
async function mergedWith(document: OpenDocument, beside: Beside): Promise<OpenDocument[]> {
  if (document.kind !== 'deck') return [];
  const workspace = workspaceOf(document);
  return (await beside()).filter((other) => other.kind === 'deck' && workspaceOf(other) === workspace);
}

const workspaceOf = (document: OpenDocument) =>
  document.topKeys.includes('_workspace') ? document.valueAt(['_workspace']) : undefined;

/** What a name or id may mean, in its own file first: only where it means nothing there, in the others of the folder. */
export async function documentsCalling(
  document: OpenDocument,
  wanted: Wanted,
  beside: Beside,
): Promise<OpenDocument[]> {
  const isCalled = (each: OpenDocument): boolean => entitiesCalled(each, wanted.kind, wanted.name).length > 0;
  return isCalled(document) ? [document] : (await mergedWith(document, beside)).filter(isCalled);
}

/** Every place in a document, and in those that are merged with it, that names what `wanted` does. */
export async function occurrencesOf(document: OpenDocument, wanted: Wanted, beside: Beside): Promise<Occurrence[]> {
  const { kind, name } = wanted;
  const all = await mergedWith(document, beside);
  const own = entitiesCalled(document, kind, name);
  // decK refuses to merge what stands twice: a file that has it too is another gateway's.
  const others = all.filter((other) =>
    kind === tagKind
      ? !isOfAnotherGateway(document, other)
      : own.length === 0 || entitiesCalled(other, kind, name).length === 0,
  );
  const known = [document, ...others].flatMap((each) => entitiesCalled(each, kind, name));
  return [document, ...others].flatMap((each) => occurrencesIn(each, wanted, known));
}

function isOfAnotherGateway(document: OpenDocument, other: OpenDocument): boolean {
  return ['services', 'routes', 'consumers', 'upstreams'].some((kind) => {
    const names = new Set(document.entities.names(kind));
    return other.entities.names(kind).some((name) => names.has(name));
  });
}
