import { type ErrorCode, KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import type { ToolOutput } from '../process/toolCall.js';

interface Meaning {
  pattern: RegExp;
  code: ErrorCode;
  remedy: string;
}

/** Kong's own words, and what they mean. */
const meanings: readonly Meaning[] = [
  {
    pattern: /password authentication failed|role ".*" does not exist|no pg_hba\.conf entry/,
    code: 'database-denied',
    remedy: "Check user and password of the database in the gateway's kong.conf.",
  },
  {
    pattern: /FATAL: database ".*" does not exist/,
    code: 'database-unreachable',
    remedy: "Check the name of the database in the gateway's kong.conf, or create it.",
  },
  {
    pattern: /connection refused|timeout|host or service not provided|\[cosocket\]|PostgreSQL error\] failed to/,
    code: 'database-unreachable',
    remedy: "Check that the database runs, and its address in the gateway's kong.conf.",
  },
  {
    pattern: /relation ".*" does not exist|needs bootstrapping/,
    code: 'database-unreachable',
    remedy: "The database holds no tables of Kong's: run `kong migrations bootstrap` first.",
  },
  {
    pattern: /UNIQUE violation|already exists in/,
    code: 'gateway-conflict',
    remedy:
      'Something else in the database has the same unique value. Take it away, or restore into an empty database.',
  },
  {
    pattern: /no file at: /,
    code: 'environment-invalid',
    remedy: 'Correct `kong.conf` in the environments file: it is a path where kong runs.',
  },
  {
    pattern: /only works with a database/,
    code: 'environment-invalid',
    remedy: 'The gateway has no database: back up its declarative file instead.',
  },
  {
    pattern: /No space left|disk full/i,
    code: 'store-full',
    remedy: 'Free some space where kong and its database run, then try again.',
  },
];

/** What a run of kong that failed means. @param what the command, as a person types it. */
export function kongError({ exitCode, stdout, stderr }: ToolOutput, place: string, what: string): KongBackupError {
  const said = saidBy(`${stderr}\n${stdout}`);
  const meaning = meanings.find(({ pattern }) => pattern.test(said));
  return new KongBackupError(meaning?.code ?? 'tool-failed', {
    place,
    reason: `${what} ended with exit code ${exitCode}${said === '' ? '.' : `: ${redact(said)}`}`,
    remedy: meaning?.remedy ?? 'Run it by hand with --v to see more, and check `kong` in the environments file.',
  });
}

/** Kong writes warnings of its server before what it has to say, and a hint behind. */
export function saidBy(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line.startsWith('Error:'));
  const rest = first < 0 ? lines : lines.slice(first);
  const end = rest.findIndex((line) => /^\s*Run with --v|^stack traceback:/.test(line));
  const own = (end < 0 ? rest : rest.slice(0, end)).filter((line) => line.trim() !== '');
  return own
    .join(' ')
    .replace(/^Error:\s*/, '')
    .replace(/\s+/g, ' ')
    .slice(0, 400);
}
