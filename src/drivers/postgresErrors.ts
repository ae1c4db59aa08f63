import { type ErrorCode, KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';

interface Symptom {
  sign: RegExp;
  code: ErrorCode;
  remedy: string;
}

/** PostgreSQL's programs have one exit code for all: their words are matched here, and nowhere else. The first that fits is taken. */
const symptoms: readonly Symptom[] = [
  {
    sign: /ERROR: {2}could not (extend|write|create)/,
    code: 'tool-failed',
    remedy: "The server's own disk is full or broken: free some space there. Nothing was changed.",
  },
  {
    sign: /No space left on device|Disk quota exceeded|File too large/,
    code: 'store-full',
    remedy: 'Free some space, or choose another folder for snapshots.',
  },
  {
    sign: /server version mismatch|unsupported version \(.*\) in file header|unrecognized option|invalid command \\(un)?restrict/,
    code: 'tool-too-old',
    remedy:
      "Install PostgreSQL's client programs of the server's version or newer, and name their folder as database.programs.",
  },
  {
    sign: /password authentication failed|no password supplied|no pg_hba\.conf entry|role ".*" does not exist/,
    code: 'database-denied',
    remedy: 'Check user and password under "database" in the environments file.',
  },
  {
    sign: /terminate (superuser )?process|process is being terminated/i,
    code: 'database-denied',
    remedy:
      'Stop by its own means what is connected, then go on; or use a user that may end the connections of others: pg_signal_backend, or a superuser for those of superusers.',
  },
  {
    sign: /permission denied|must be owner|must be superuser|must be able to SET ROLE|must be member of role|must have privilege/i,
    code: 'database-denied',
    remedy: "Use the database's owner, which is Kong's own user as a rule, or give the user the right that is missing.",
  },
  {
    sign: /database ".*" does not exist/,
    code: 'database-unreachable',
    remedy: 'Correct database.name in the environments file, or create the database.',
  },
  {
    sign: /does not support SSL|SSL (error|connection)|certificate verify failed|root certificate|certificate file/i,
    code: 'database-unreachable',
    remedy: 'Check sslMode, caFile, certFile and keyFile under "database" in the environments file.',
  },
  {
    sign: /Connection refused|could not translate host name|timeout expired|Network is unreachable|No route to host|server closed the connection|connection to server .* failed|could not connect|connection not open|no connection to the server|terminating connection|the database system is|could not receive data|could not send data/i,
    code: 'database-unreachable',
    remedy: 'Check that the server runs, and host and port under "database" in the environments file.',
  },
  {
    sign: /could not read from input file|unexpected end of|end of file|valid archive|too short|could not close data file|could not uncompress|invalid (distance|block|literal|stored|code|bit)|incorrect data check|corrupt|could not open input file|could not open TOC file|could not find (header|file)|checksum/i,
    code: 'dump-damaged',
    remedy: 'Take another snapshot: this dump can not be restored.',
  },
  {
    sign: /could not open output file|could not create (file|directory)/,
    code: 'store-unwritable',
    remedy: 'Check the folder and its permissions.',
  },
];

const unknown: Omit<Symptom, 'sign'> = {
  code: 'tool-failed',
  remedy: 'See the log for what the program said.',
};

/** What a program of PostgreSQL said, as an error. @param said its standard error. */
export function postgresError(tool: string, place: string, said: string, secrets: readonly string[]): KongBackupError {
  const { code, remedy } = symptoms.find(({ sign }) => sign.test(said)) ?? unknown;
  return new KongBackupError(code, { place, reason: `${tool}: ${redact(firstComplaint(said), secrets)}`, remedy });
}

/** Of all it said, among them progress, the first error and what it was about. */
function firstComplaint(said: string): string {
  const lines = said.split(/\r?\n/);
  const at = lines.findIndex((line) => /\b(error|fatal):|ERROR:|FATAL:|unrecognized option/.test(line));
  const line = at >= 0 ? lines[at] : lines.findLast((each) => each.trim() !== '');
  const detail = at >= 0 && /^(pg_\w+: detail:|DETAIL:)/.test(lines[at + 1] ?? '') ? ` ${lines[at + 1]}` : '';
  const text = `${line ?? 'failed without a word'}${detail}`.replace(
    /^(?:\S*[\\/])?(?:pg_dump|pg_restore|psql)\S*: (?:error: )?/,
    '',
  );
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
