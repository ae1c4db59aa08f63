import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { redact } from '../core/redact.js';
import type { ToolCall, ToolOutput } from '../process/toolCall.js';
import { runTool, type ToolListener } from '../process/toolRunner.js';
import type { DeckSettings } from './deckSettings.js';

export const deckHint =
  'Install decK (https://docs.konghq.com/deck/), or say where it is with --deck or the setting kongBackup.deck.path; without decK the Admin API engine does the job.';

/** Reports of a sync list every entity with its body. */
const maxOutput = 400 * 1024 * 1024;

const folderPrefix = 'kong-backup-deck-';
/** Milliseconds after which no decK can still be at work in a folder. */
const oldest = 24 * 3_600_000;
let swept = false;

/** Takes away the folders, with tokens in them maybe, that a killed process left here. Once in a process. */
async function sweep({ log }: OperationContext): Promise<void> {
  if (swept) return;
  swept = true;
  await sweepFolders(os.tmpdir(), Date.now()).catch((error: unknown) => {
    log.debug(`Old folders of decK were not looked for: ${String(error)}`);
  });
}

/** @param now milliseconds since 1970. Folders of other users stay: they can't be removed. */
export async function sweepFolders(root: string, now: number): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(folderPrefix)) continue;
    const place = path.join(root, name);
    const found = await lstat(place).catch(() => undefined);
    if (!found?.isDirectory() || now - found.mtimeMs < oldest) continue;
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}

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
  await sweep(context);
  const folder = await mkdtemp(path.join(os.tmpdir(), folderPrefix));
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
