import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Starts the language server anew, after it stopped too often to be restarted by itself. */
export const restartLanguageServer = ({ language }: Pick<Workbench, 'language'>): Command => ({
  id: 'kongBackup.restartLanguageServer',
  run: () => language.restart(),
});
