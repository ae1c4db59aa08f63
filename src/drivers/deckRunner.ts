import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { redact } from '../core/redact.js';
import type { ToolCall, ToolOutput } from '../process/toolCall.js';
import { runTool, type ToolListener } from '../process/toolRunner.js';
import type { DeckSettings } from './deckSettings.js';

export const deckHint =
  'Install decK (https://docs.konghq.com/deck/), or set its path in the setting kongBackup.deckPath; without decK the Admin API engine does the job.';

/** Reports of a sync list every entity with its body. */
const maxOutput = 400 * 1024 * 1024;

export interface DeckCall extends Pick<ToolCall, 'args'> {
  settings: DeckSettings;
  /** Milliseconds. */
  timeout: number;
}

/**
 * Runs decK by settings of its own, so that nobody's `~/.deck.yaml` or shell decides where it writes.
 * Warnings of decK go to the log.
 * @throws KongBackupError as `runTool`.
 */
export async function runDeck(
  deckPath: string,
  { args, settings, timeout }: DeckCall,
  context: OperationContext,
  listener?: ToolListener,
): Promise<ToolOutput> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-deck-'));
  try {
    const config = path.join(folder, 'deck.json');
    await writeFile(config, JSON.stringify(settings.config), { mode: 0o600, flag: 'wx' });
    const output = await runTool(
      {
        tool: deckPath,
        args: [...args, '--config', config],
        env: settings.env,
        timeout,
        maxOutput,
        secrets: settings.secrets,
        installHint: deckHint,
      },
      context,
      listener,
    );
    for (const line of output.stderr.split(/\r?\n/)) {
      if (line.startsWith('Warning:')) context.log.warn(`decK: ${redact(line, settings.secrets)}`);
    }
    return output;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
