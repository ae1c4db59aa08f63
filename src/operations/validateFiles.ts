import type { OperationContext } from '../core/context.js';
import { throwIfCancelled } from '../core/errors.js';
import type { SchemaSource } from '../schema/facts.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';
import { declarativeFiles, readDeclaratives } from './declarativeFiles.js';
import { type FileVerdict, judgeDocument, refuseUnknown, type ValidateOptions } from './judgeDocument.js';

/**
 * Judges files, and the declarative files in folders, in the order given.
 * @throws KongBackupError `file-unreadable`, `gateway-version-unknown`, `check-unknown`.
 */
export async function validateFiles(
  shipped: SchemaSource,
  places: readonly string[],
  options: ValidateOptions,
  context: OperationContext,
): Promise<FileVerdict[]> {
  refuseUnknown(options, shipped);
  const files = await declarativeFiles(places);
  const verdicts: FileVerdict[] = [];
  for await (const { file, document } of readDeclaratives(files)) {
    throwIfCancelled(context.signal, file);
    context.report({ step: 'validate', subject: file, done: verdicts.length, total: files.length });
    verdicts.push(await judgeDocument(file, document, shipped, options, nodeCrypto));
  }
  return verdicts;
}
