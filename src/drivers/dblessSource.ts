import path from 'node:path';
import { isKongBackupError } from '../core/errors.js';
import { systemCode } from '../core/fileErrors.js';
import { listed } from '../core/listed.js';
import type { PartSource } from '../core/partDriver.js';
import { isLiteral } from '../core/snapshot.js';
import { writeDblessFile } from '../estate/dblessWriter.js';
import { readDeckFile } from '../estate/deckFile.js';
import { readText } from './kongCommand.js';
import { frailIn, type KongFile, readKongFile } from './kongConfigFile.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import { checkKongFile } from './kongConfigSource.js';
import type { Refusal } from './kongConfigSurvey.js';

/** The file that will be loaded, and what does not survive it, each in words. */
export interface DblessSource {
  file: KongFile;
  broken: string[];
  /**
   * How far it can be compared with what a gateway makes of it: a file of people has no ids and no defaults, one of decK's
   * has old names of fields too.
   */
  comparable: 'names' | 'ids' | 'fields';
}

/** Of a snapshot's declarative file, or made of its entities. Why not, where it can't be. */
export async function dblessSource(
  options: DeclarativeFileOptions,
  source: PartSource,
  { convert, version }: { convert: boolean; version: string },
): Promise<DblessSource | Refusal> {
  if (source.record.format === 'deck') return converted(options, source, { convert, version });
  const { file, problems } = await checkKongFile(options, source);
  if (!file || problems.length > 0) return damaged(source, problems);
  const isShown = source.record.details?.['source'] === 'gateway' || source.record.format === 'db_export';
  return { file, broken: isShown ? brokenIn(file) : [], comparable: isShown ? 'fields' : 'names' };
}

export const isRefusal = (found: DblessSource | Refusal): found is Refusal => 'reason' in found;

const damaged = ({ manifest }: PartSource, problems: readonly string[]): Refusal => ({
  code: 'dump-damaged',
  reason: `The file of ${manifest.id} can't be restored: ${listed(problems, 3)}`,
  remedy: 'Choose another snapshot, or another part of this one.',
});

function brokenIn(file: KongFile): string[] {
  const { expiring, oauth2, tokens, rehashed } = frailIn(file);
  return [
    ...(rehashed.length > 0 ? [`passwords that would be hashed once more: ${listed(rehashed)}`] : []),
    ...(expiring.length > 0 ? [`keys that expire: ${listed(expiring)}`] : []),
    ...(oauth2.length > 0 ? [`oauth2 applications, which get no new tokens: ${listed(oauth2)}`] : []),
    ...(tokens.length > 0 ? [`${tokens.length} issued tokens`] : []),
  ];
}

async function converted(
  { shipped }: DeclarativeFileOptions,
  source: PartSource,
  { convert, version }: { convert: boolean; version: string },
): Promise<DblessSource | Refusal> {
  const { manifest, record, directory } = source;
  if (!convert) {
    return {
      code: 'gateway-read-only-mode',
      reason: 'The gateway has no database: entities cannot be written one by one.',
      remedy:
        'Add --choose convert=true: it makes a declarative file of them, which replaces all that the gateway holds.',
    };
  }
  const all = manifest.parts.filter(({ kind }) => kind === 'entities');
  const tags = [...(manifest.selectTags ?? []), ...(manifest.boundTags ?? [])];
  if (all.length > 1 || tags.length > 0) {
    return {
      code: 'workspace-missing',
      reason:
        all.length > 1
          ? `The snapshot holds ${all.map(({ workspace = '' }) => workspace).join(', ')}; a gateway without a database has one workspace.`
          : `The snapshot holds only what has the tags ${tags.join(', ')}; to load it would take away all the rest.`,
      remedy: 'Choose a snapshot of one workspace, and of all that is in it.',
    };
  }
  const [first] = record.files;
  if (!first) return damaged(source, ['The part has no files.']);
  try {
    const text = await readText(path.join(path.dirname(directory), ...first.path.split('/')));
    const { entities, problems } = readDeckFile(text, first.path, { literal: isLiteral(record.driver) });
    if (problems.length > 0)
      return damaged(
        source,
        problems.map((each) => `${each.path}: ${each.message}`),
      );
    const made = writeDblessFile(entities, version);
    const file = readKongFile(made.text, first.path, await shipped.facts(version));
    const missing = manifest.coverage.notHeld.filter(({ part }) => part === 'entities');
    const broken = [
      ...made.broken.map(({ message }) => message),
      ...missing.map(
        ({ kind = 'something', reason }) => `${kind}, which the snapshot does not hold, would be taken away: ${reason}`,
      ),
    ];
    return { file, broken, comparable: 'ids' };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return damaged(source, [`${first.path} is missing.`]);
    if (!isKongBackupError(error) || !['file-invalid', 'file-unreadable'].includes(error.code)) throw error;
    return damaged(source, [`${error.place}: ${error.reason}`]);
  }
}
