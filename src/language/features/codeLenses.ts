import type { CodeLens, Location } from 'vscode-languageserver-types';
import type { Path } from '../../schema/problem.js';
import { namesOf } from '../entityReferences.js';
import { nestingOf, singular, type Entity } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { outlineOf } from '../outline.js';
import type { Steps } from '../steps.js';

/** What a lens is about, for the time when it comes on the screen. */
export interface LensData {
  uri: string;
  kind: string;
  index: number;
  about: 'uses' | 'compare' | 'history' | 'restore';
}

/**
 * Those commands that the client has, by what they do. `uses` takes `(uri, position, locations)`, `compare` takes `(uri)` and `history`
 * `(workspace, kind, name)`, `restore` `(uri, workspace, kind, name)`.
 */
export type LensCommands = Readonly<Partial<Record<LensData['about'], string>>>;

const kinds: ReadonlySet<string> = new Set(['services', 'consumers', 'consumer_groups', 'upstreams', 'certificates']);

/** Lenses of one file: what an editor lays out in time. */
const most = 5000;

/**
 * Lines above services, consumers, upstreams …, without their words: those cost a look at the file each.
 * @param commands those of the client, if it has any.
 */
export function* codeLenses(document: OpenDocument, commands?: LensCommands): Steps<CodeLens[]> {
  const lenses: CodeLens[] = [];
  for (const { kind, items } of yield* outlineOf(document)) {
    if (!kinds.has(kind)) continue;
    for (const { index, labelRange, label } of items) {
      const add = (about: LensData['about']): unknown =>
        lenses.push({ range: labelRange, data: { uri: document.uri, kind, index, about } satisfies LensData });
      add('uses');
      if (commands?.compare !== undefined && kind === 'services') add('compare');
      if (commands?.history !== undefined && label !== undefined) add('history');
      if (commands?.restore !== undefined && label !== undefined) add('restore');
      if (lenses.length >= most) return lenses;
    }
  }
  return lenses;
}

/** A lens with its words. */
export function resolveCodeLens(document: OpenDocument, lens: CodeLens, commands?: LensCommands): CodeLens {
  const { kind, index, about } = lens.data as LensData;
  const entity = document.entities.at([kind, index]);
  if (!entity) return { ...lens, command: { title: '', command: '' } };
  const { uri } = document;
  const command = commands?.[about];
  if (about === 'uses') {
    const { title, paths } = usesOf(document, entity);
    if (command === undefined) return { ...lens, command: { title, command: '' } };
    const locations = paths.map((path): Location => ({ uri, range: document.rangeOf(path, 'entity') }));
    return { ...lens, command: { title, command, arguments: [uri, lens.range.start, locations] } };
  }
  if (command === undefined) return { ...lens, command: { title: '', command: '' } };
  if (about === 'compare') return { ...lens, command: { title: 'Compare with …', command, arguments: [uri] } };
  const [name = ''] = namesOf(entity, document.facts);
  const named = [workspaceOf(document), kind, name];
  const [title, args] = about === 'history' ? ['History …', named] : ['Restore this entity …', [uri, ...named]];
  return { ...lens, command: { title, command, arguments: args } };
}

function workspaceOf(document: OpenDocument): string {
  const workspace = document.topKeys.includes('_workspace') ? document.valueAt(['_workspace']) : undefined;
  return typeof workspace === 'string' && workspace !== '' ? workspace : 'default';
}

/** What is nested in an entity or refers to it from elsewhere, counted by kind: `3 routes · 2 plugins`. */
function usesOf(document: OpenDocument, entity: Entity): { title: string; paths: Path[] } {
  const byKind = new Map<string, Path[]>();
  const add = (kind: string, path: Path): void => void byKind.set(kind, [...(byKind.get(kind) ?? []), path]);
  for (const { key, kind } of nestingOf(document.kind, document.facts)(entity.kind)) {
    const list = document.valueAt([...entity.path, key]);
    if (Array.isArray(list)) list.forEach((_, index) => add(kind, [...entity.path, key, index]));
  }
  for (const name of namesOf(entity, document.facts)) {
    for (const path of document.entities.referencesTo(entity.kind, name)) {
      const user = document.entities.at(path);
      const isNested = entity.path.every((key, depth) => path[depth] === key);
      if (user && !isNested) add(user.kind, path);
    }
  }
  const always = entity.kind === 'services' ? ['routes'] : entity.kind === 'upstreams' ? ['targets'] : [];
  for (const kind of always) if (!byKind.has(kind)) byKind.set(kind, []);
  const title = [...byKind].map(([kind, paths]) => counted(paths.length, kind)).join(' · ');
  return { title: title || 'not used', paths: [...byKind.values()].flat() };
}

const counted = (count: number, kind: string): string => {
  const word = singular(kind);
  return `${count} ${count === 1 ? word : `${word}s`}`;
};
