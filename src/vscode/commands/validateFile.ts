import { validationRequest } from '../validationRequest.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openFile } from './openDocument.js';
import { validateCommand } from './validateCommand.js';

type Needs = Pick<Workbench, 'app' | 'diagnostics' | 'statusBar' | 'inPlay' | 'statuses'>;

/** Validates a file as Kong would, and shows what is wrong where it is wrong. */
export const validateFile = ({ app, diagnostics, statusBar, inPlay, statuses }: Needs): Command =>
  validateCommand({
    diagnostics,
    statusBar,
    open: openFile,
    async judge({ uri }, context) {
      const request = validationRequest(inPlay.current, statuses);
      return (await (await app.get()).validate([uri.fsPath], request, context))[0];
    },
  });
