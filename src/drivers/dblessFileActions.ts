import { type OperationContext, quietContext } from '../core/context.js';
import { KongBackupError } from '../core/errors.js';
import { type DblessSurvey, replaced } from './dblessSurvey.js';
import { commandText, runCommand } from './gatewayCommands.js';
import { someName } from './kongCommandFiles.js';
import type { KongAction } from './kongConfigActions.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import { awaitReady } from './kongConfigRestart.js';

/**
 * Another file in the place of the one that the gateway loads, and a restart. When one of the steps fails the old file is put
 * back and read again.
 */
export function fileActions(options: DeclarativeFileOptions, survey: DblessSurvey, stamp: string): KongAction[] {
  const { declarativeFile: file, restart, kong, target, source } = survey;
  if (file === undefined || !restart) return [];
  const aside = `${file}.before-${stamp}`;
  let hadOne = false;
  let wasRestarted = false;
  const read = async (context: OperationContext): Promise<void> => {
    wasRestarted = true;
    await runCommand(target, restart, 'kong.restart', context);
    await awaitReady(options, target, context);
  };
  return [
    {
      step: { id: 'aside', title: `Copy ${file} to ${aside}.`, undo: `Remove ${aside}.` },
      run: async (context) => void (hadOne = await kong.files.copy(file, aside, context)),
      undo: (context) => kong.files.remove(aside, context),
    },
    {
      step: {
        id: 'write',
        title: `Write ${file} anew.`,
        destroys: replaced(survey),
        undo: `Put ${aside} back as ${file}, and restart the gateway.`,
      },
      run: (context) => writeStaged(survey, file, source.file.text, context),
      async undo(context) {
        if (!hadOne) throw nothingAside(aside);
        const staged = `${file}.${someName()}`;
        await kong.files.copy(aside, staged, context);
        await kong.files.replace(staged, file, context);
        if (wasRestarted) await read(context);
      },
    },
    {
      step: {
        id: 'restart',
        title: 'Have the gateway read its file anew.',
        command: commandText(restart),
      },
      run: read,
    },
  ];
}

/** Milliseconds. */
const tidyTime = 30_000;

/** A copy of the old file has its owner and mode: written over, and put in its place in one go. */
async function writeStaged(
  { kong: { files } }: DblessSurvey,
  file: string,
  text: string,
  context: OperationContext,
): Promise<void> {
  const staged = `${file}.${someName()}`;
  try {
    await files.copy(file, staged, context);
    await files.put(text, staged, context);
    await files.replace(staged, file, context);
  } catch (error) {
    // It holds secrets: it goes, even when the work was cancelled.
    const tidy = { ...quietContext(AbortSignal.timeout(tidyTime)), log: context.log };
    await files.remove(staged, tidy).catch(() => context.log.warn(`${staged} could not be removed.`));
    throw error;
  }
}

const nothingAside = (place: string): KongBackupError =>
  new KongBackupError('file-unreadable', { place, reason: 'There was no file before.', remedy: '' });
