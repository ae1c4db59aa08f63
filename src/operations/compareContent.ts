import path from 'node:path';
import { defaultWorkspace } from '../core/environment.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { type DeckFile, type Fail, readDeckFile, readDeckRoot } from '../estate/deckFile.js';
import type { Entity } from '../estate/entity.js';
import { scanTop, type ScannedText } from '../estate/topText.js';
import { readYaml } from '../estate/yamlRead.js';
import { decodeFile } from '../language/fileBytes.js';
import { readRegularValue } from '../language/regularValue.js';
import type { SchemaFacts } from '../schema/facts.js';
import { formatPath } from '../schema/problem.js';
import { declarativeFiles, readDeclarativeText } from './declarativeFiles.js';
import { deckFileOf, invalidSide, withoutProblems } from './deckFileOf.js';
import { readingOf } from './quickYaml.js';
import { partsOfWorkspaces } from './snapshotEntities.js';

/** The entities of one workspace of one side. */
export interface Content {
  /** Reads them, at most once. @throws KongBackupError `file-invalid`. */
  entities(): Entity[];
  /** Where they stand in a file of decK's: then what is equal in two of them need not be read at all. */
  text?: DeckText;
}

export interface DeckText {
  /** A character a byte, so that nothing has to be decoded before it is compared. Undefined for what has to be read as a whole. */
  scanned(): ScannedText | undefined;
  /** Reads a part of it that means something by itself. */
  read(part: string): Entity[];
  /** The plain values of a map that is not the file's. Undefined for what is not written in the usual way. */
  parse(part: string): JsonObject | undefined;
}

/** Line breaks that nobody writes. */
const strange = /[\x85\u2028\u2029\ufeff]/;

/**
 * Words and numbers that decK and Kong read as different things where they stand without quotes: `y`, `1:20`, `0o17`, `0b1`, `1e999`.
 * Some that both read alike are among them.
 */
const ambiguous =
  /(?:^|[\s,[{])(?:[yn]|[-+]?\d+:[0-5]?\d[:\d]*(?:\.\d+)?|[-+]?0[xob]\w+|[-+]?[\d._]*_[\d._]*|[-+]?[\d.]+e[-+]?\d+|[-+]?\.(?:inf|nan)|-0+(?:\.0*)?)(?=[\s,\]}:]|$)/i;

/** What decK reads, by the quick reader of what Kong reads. */
const parse = (text: string): JsonObject | undefined =>
  strange.test(text) || ambiguous.test(text) ? undefined : readRegularValue(text, false)?.value;

/** Text of a file, a character a byte, as what it says. */
const decoded = (part: string): string => Buffer.from(part, 'latin1').toString('utf8');

function contentOf(bytes: Buffer, readWhole: () => DeckFile, read: (text: string) => DeckFile): Content {
  let entities: Entity[] | undefined;
  let scanned: ScannedText | undefined | null = null;
  return {
    entities: () => (entities ??= readWhole().entities),
    text: {
      scanned: () => (scanned === null ? (scanned = scanTop(bytes.toString('latin1'))) : scanned),
      read: (part) => read(decoded(part)).entities,
      parse: (part) => parse(decoded(part)),
    },
  };
}

/** Each workspace of a snapshot, or one; each file compared with its checksum. */
export async function snapshotContent(
  store: SnapshotStore,
  manifest: Manifest,
  workspace: string | undefined,
  signal: AbortSignal,
): Promise<Map<string, Content>> {
  const parts = partsOfWorkspaces(manifest, workspace === undefined ? undefined : [workspace]);
  const contents = parts.map(async ({ workspace: name, part, file }): Promise<[string, Content]> => {
    const bytes = Buffer.from(await store.read(manifest.id, file.path, signal));
    const allowEmpty = Object.values(part.counts).every((count) => count === 0);
    const [place, options] = [`${manifest.id}/${file.path}`, { ...readingOf(part.driver), allowEmpty }];
    const readWhole = (): DeckFile => readDeckFile(bytes.toString('utf8'), place, options);
    return [
      name,
      contentOf(bytes, readWhole, (text) => readDeckFile(text, place, { ...options, allowEmpty: true, parse })),
    ];
  });
  return new Map(await Promise.all(contents));
}

export interface FileContent extends Pick<DeckFile, 'workspace' | 'selectTags'> {
  content: Content;
}

/** A file in decK's format or for DB-less gateways. @throws KongBackupError `file-invalid`. */
export function fileContent(bytes: Buffer, name: string, facts: SchemaFacts, json: boolean): FileContent {
  const readWhole = (): DeckFile => deckFileOf(decodeFile(bytes).text, name, facts, json);
  const content = contentOf(bytes, readWhole, (text) =>
    // A text with templates is not read in parts.
    withoutProblems(readDeckFile(text, name, { allowEmpty: true, literal: true, parse }), name),
  );
  const scanned = json || bytes.length < worthIt ? undefined : content.text?.scanned();
  const head = scanned && headOf(scanned);
  if (head) return { ...head, content };
  const file = readWhole();
  return { ...headFields(file), content: { entities: () => file.entities } };
}

const headFields = ({ workspace, selectTags }: DeckFile): Pick<DeckFile, 'workspace' | 'selectTags'> => ({
  ...(workspace !== undefined && { workspace }),
  ...(selectTags && { selectTags }),
});

/** What may say that a file is for DB-less gateways; all of it would have to be read to be sure. */
const ofDbless = { entries: ['_transform', 'routes'], words: /_(?:comment|ignore):|kong-backup:/ };

/** What stands before the lists of a large file that is decK's without doubt. */
function headOf({ text, entries }: ScannedText): Pick<DeckFile, 'workspace' | 'selectTags'> | undefined {
  if (!entries.has('_format_version') || ofDbless.entries.some((name) => entries.has(name))) return undefined;
  if (ofDbless.words.test(text)) return undefined;
  const lines = ['_format_version', '_workspace', '_info'].map((name) => {
    const entry = entries.get(name);
    return entry ? text.slice(entry.start, entry.end) : '';
  });
  const root = readYaml(Buffer.from(lines.join(''), 'latin1').toString('utf8'), '');
  const fail: Fail = (at, reason) => invalidSide(formatPath(at), reason, 'Put it right and compare again.');
  return headFields(readDeckRoot(root, fail, { allowEmpty: true }));
}

/** Smaller ones are read as a whole sooner than they are looked through. In bytes. */
const worthIt = 100_000;

/** A folder of files that decK reads as one. @throws KongBackupError `file-unreadable`, `file-invalid`. */
export async function folderContent(folder: string): Promise<FileContent> {
  const root: JsonObject = {};
  for (const file of await declarativeFiles([folder])) {
    const place = path.relative(folder, file);
    const own = readYaml(await readDeclarativeText(file), place);
    if (!isObject(own)) throw invalidSide(place, 'It is no mapping.', 'Take it out of the folder.');
    mergeInto(root, own, place);
  }
  const name = path.basename(folder);
  const file = withoutProblems(
    readDeckRoot(root, (at, reason) =>
      invalidSide(`${name}: ${formatPath(at)}`, reason, 'Put it right and compare again.'),
    ),
    name,
  );
  return { ...headFields(file), content: { entities: () => file.entities } };
}

function mergeInto(root: JsonObject, own: JsonObject, place: string): void {
  for (const [key, value] of Object.entries(own)) {
    const before = root[key];
    if (key === '_workspace' && (before ?? value) !== value) {
      throw invalidSide(
        place,
        `It is about workspace ${String(value)}, other files are about ${String(before)}.`,
        'Compare them one by one.',
      );
    }
    if (Array.isArray(before) && Array.isArray(value)) root[key] = [...before, ...value];
    else if (isObject(before) && isObject(value)) root[key] = { ...before, ...value };
    else root[key] = value ?? before ?? null;
  }
  root['_workspace'] ??= own['_workspace'] ?? defaultWorkspace;
}
