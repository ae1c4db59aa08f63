import path from 'node:path';
import { isKongBackupError } from '../core/errors.js';
import { systemCode } from '../core/fileErrors.js';
import type { PartSource } from '../core/partDriver.js';
import type { SchemaFacts } from '../schema/facts.js';
import { readText } from './kongCommand.js';
import { countDifferences, type KongFile, readKongFile } from './kongConfigFile.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';

/** A declarative file of a snapshot; without `file` it can't be restored, and `problems` says why. */
export interface CheckedFile {
  facts: SchemaFacts;
  problems: string[];
  file?: KongFile;
}

/** Reads the first file of a part, judges it, and compares it with the numbers of the manifest. */
export async function checkKongFile(
  { shipped, judge }: Pick<DeclarativeFileOptions, 'shipped' | 'judge'>,
  { manifest, record, directory }: PartSource,
): Promise<CheckedFile> {
  const { version, edition, mode } = manifest.gateway;
  const facts = await shipped.facts(version);
  const [first] = record.files;
  if (!first) return { facts, problems: ['The part has no files.'] };
  const place = path.join(path.dirname(directory), ...first.path.split('/'));
  try {
    const text = await readText(place);
    const file = readKongFile(text, first.path, facts);
    const gateway = {
      version,
      database: mode !== 'dbless',
      ...(edition === 'enterprise' && { edition: 'enterprise' as const }),
    };
    const problems = [
      ...countDifferences(file.counts, record.counts, first.path, 'the manifest says'),
      ...(await judge.judge(text, gateway))
        // Of what Enterprise alone has, not all is known here.
        .filter((each) => edition !== 'enterprise' || !file.unknownKinds.some((kind) => each.includes(kind)))
        .map((each) => `${first.path}:${each}`),
    ];
    return { facts, problems, file };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { facts, problems: [`${first.path} is missing.`] };
    if (!isKongBackupError(error) || !['file-invalid', 'file-unreadable'].includes(error.code)) throw error;
    return { facts, problems: [`${error.place}: ${error.reason}`] };
  }
}
