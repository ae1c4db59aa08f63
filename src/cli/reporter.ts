import type { Logger, Progress, Step } from '../core/context.js';
import { isKongBackupError, type KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { visible, visibleLines } from '../core/visible.js';
import type { Streams } from './streams.js';

/** `json`: one value on standard output. `jsonl`: a line of JSON for all that happens, the summary last. */
export const formats = ['text', 'json', 'jsonl'] as const;
/** `markdown` is there for commands whose results go into a pull request. */
export type Format = (typeof formats)[number] | 'markdown';

const stepWords: Record<Step, string> = {
  probe: 'Asking the gateway',
  read: 'Reading',
  write: 'Writing',
  validate: 'Validating',
  count: 'Counting',
  publish: 'Publishing the snapshot',
  checksum: 'Comparing checksums',
  preflight: 'Checking before the restore',
  plan: 'Planning',
  'safety-snapshot': 'Taking a safety snapshot',
  apply: 'Applying',
  verify: 'Reading back',
  delete: 'Deleting',
  checks: 'Sending smoke checks',
};

export interface Reporter {
  log: Logger;
  report(progress: Progress): void;
  error(error: unknown): void;
  /** Takes away the line that shows progress. */
  clear(): void;
}

/** Progress, log and errors: on standard error as lines of text or of JSON; with `jsonl` among the lines of standard output. */
export function createReporter({ stdout, stderr }: Streams, format: Format, isVerbose: boolean): Reporter {
  if (format === 'jsonl') return linesReporter(stdout, isVerbose);
  return format === 'json' ? jsonReporter(stderr, isVerbose) : textReporter(stderr, isVerbose);
}

function linesReporter(stdout: Streams['stdout'], isVerbose: boolean): Reporter {
  const log = (level: string) => (message: string) =>
    writeLine(stdout, { type: 'log', level, message: redact(message) });
  return {
    log: { debug: ignore, info: isVerbose ? log('info') : ignore, warn: log('warn'), error: log('error') },
    report: (progress) => writeLine(stdout, { type: 'progress', ...progress }),
    error: (error) => writeLine(stdout, { type: 'error', ...errorData(error) }),
    clear: ignore,
  };
}

export const writeLine = (stream: NodeJS.WritableStream, value: object): void =>
  void stream.write(`${JSON.stringify(value)}\n`);

function jsonReporter(stderr: Streams['stderr'], isVerbose: boolean): Reporter {
  const line = (value: object): void => void stderr.write(`${JSON.stringify(value)}\n`);
  const log = (level: string) => (message: string) => line({ log: { level, message: redact(message) } });
  return {
    log: { debug: ignore, info: isVerbose ? log('info') : ignore, warn: log('warn'), error: log('error') },
    report: (progress) => line({ progress }),
    error: (error) => line({ error: errorData(error) }),
    clear: ignore,
  };
}

function textReporter(stderr: Streams['stderr'], isVerbose: boolean): Reporter {
  const isTerminal = stderr.isTTY === true;
  let shown = '';
  const clear = (): void => {
    if (isTerminal && shown !== '') stderr.write('\r\u001b[K');
    shown = '';
  };
  const line = (text: string): void => {
    clear();
    stderr.write(`${visibleLines(redact(text))}\n`);
  };
  return {
    log: {
      debug: ignore,
      info: isVerbose ? line : ignore,
      warn: (message) => line(`warning: ${message}`),
      error: (message) => line(`error: ${message}`),
    },
    report(progress) {
      if (isTerminal) {
        const text = progressText(progress).slice(0, (stderr.columns ?? 80) - 1);
        stderr.write(`\r\u001b[K${text}`);
        shown = text;
        return;
      }
      // A log wants to know what is going on, not every entity.
      const { step, subject } = progress;
      // Which gateway is asked tells whose the lines after it are.
      const key = step === 'probe' ? `${step} ${subject ?? ''}` : step;
      if (key === shown) return;
      stderr.write(`${progressText({ step, ...(subject !== undefined && { subject }) })}\n`);
      shown = key;
    },
    error: (error) => line(errorText(error)),
    clear,
  };
}

const ignore = (): void => undefined;

function progressText({ step, subject, done, total }: Progress): string {
  const count = done === undefined ? '' : total === undefined ? ` (${done})` : ` (${done}/${total})`;
  return `${stepWords[step]}${subject === undefined ? '' : `: ${visible(subject)}`}${count}`;
}

function errorText(error: unknown): string {
  if (!isKongBackupError(error)) return `error: internal: ${messageOf(error)}`;
  const { code, place, reason, remedy } = error;
  return [`error: ${code}: ${place}`, `  ${reason}`, ...(remedy === '' ? [] : [`  ${remedy}`])].join('\n');
}

export function errorData(error: unknown): Pick<KongBackupError, 'code' | 'place' | 'reason' | 'remedy'> {
  if (!isKongBackupError(error)) return { code: 'internal', place: '', reason: redact(messageOf(error)), remedy: '' };
  const { code, place, reason, remedy } = error;
  return { code, place: redact(place), reason: redact(reason), remedy: redact(remedy) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
