import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonicalJson.js';
import { KongBackupError } from '../../core/errors.js';
import { isObject, type Json } from '../../core/json.js';
import type { LineFiles } from '../../core/lineFiles.js';
import { type Migration, type MigrationEvent, migrationOf, unreadable } from '../../core/migration.js';

/**
 * Each line carries the hash of all that its writer had read: one that somebody edited, took out or put in is found. Two who
 * write at the same moment had read the same, so a line may follow on any of the last few.
 */
type Line = MigrationEvent & { hash: string };

const hashOf = (before: string, event: MigrationEvent): string =>
  createHash('sha256')
    .update(before)
    .update(canonicalJson(event as unknown as Json))
    .digest('hex')
    .slice(0, 32);

/** How many may write at the same moment. */
const mostAtOnce = 16;

/** Migrations on disk: what happened in each, one line an event, never changed. */
export class MigrationLog {
  constructor(private readonly files: LineFiles) {}

  get by(): string {
    return this.files.by;
  }

  get owner(): string {
    return this.files.owner;
  }

  /** True only where it was a process of this machine, and is no more. */
  isGone(owner: string): boolean {
    return this.files.isGone(owner);
  }

  /** Newest first. One that can't be read is told by its error. @throws KongBackupError `file-unreadable`. */
  async list(): Promise<(Migration | { id: string; error: KongBackupError })[]> {
    const ids = await this.files.names();
    return Promise.all(
      ids.map((id) =>
        this.read(id).catch((error: unknown) => {
          if (error instanceof KongBackupError) return { id, error };
          throw error;
        }),
      ),
    );
  }

  /** @throws KongBackupError `migration-missing`, `migration-unreadable`. */
  async read(id: string): Promise<Migration> {
    return migrationOf(id, (await this.events(id)).events);
  }

  /** @throws KongBackupError `store-unwritable`, `store-full`. */
  async create(id: string, event: MigrationEvent): Promise<Migration> {
    const file = await this.files.create(id);
    try {
      await file.append([lineOf('', event)]);
    } finally {
      await file.close();
    }
    return this.read(id);
  }

  /** Adds what happened; it is on the disk once this resolves, with what others added meanwhile. @throws as `read` and `create`. */
  async add(id: string, event: MigrationEvent): Promise<Migration> {
    const { last } = await this.events(id);
    const file = await this.files.open(id);
    try {
      await file.append([lineOf(last, event)]);
    } finally {
      await file.close();
    }
    return this.read(id);
  }

  private async events(id: string): Promise<{ events: MigrationEvent[]; last: string }> {
    const text = await this.files.read(id);
    if (text === undefined) {
      throw new KongBackupError('migration-missing', {
        place: id,
        reason: `There is no migration of this name in ${this.files.location}.`,
        remedy: 'kong-backup migrate list names those that there are.',
      });
    }
    const events: MigrationEvent[] = [];
    const hashes = [''];
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    for (const [index, line] of lines.entries()) {
      const event = parseLine(line);
      if (!event) {
        // A program that was killed cut its line off: what it told was not relied on, and what follows does not count it.
        if (isCutOff(line)) continue;
        throw unreadable(id, `Line ${index + 1} is none of ours.`);
      }
      const { hash, ...content } = event;
      const isNext = hashes.slice(-mostAtOnce).some((before) => hash === hashOf(before, content));
      if (!isNext) throw unreadable(id, `Somebody changed line ${index + 1}, or one before it.`);
      hashes.push(hash);
      events.push(content);
    }
    return { events, last: hashes.at(-1) ?? '' };
  }
}

const lineStart = '{"event":';
const isCutOff = (line: string): boolean => line.startsWith(lineStart) || lineStart.startsWith(line);

const lineOf = (before: string, event: MigrationEvent): string => {
  // As it will be read again: what JSON leaves out has no part in the hash.
  const written = JSON.parse(JSON.stringify(event)) as MigrationEvent;
  return JSON.stringify({ ...written, hash: hashOf(before, written) });
};

function parseLine(text: string): Line | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isObject(value) && typeof value['hash'] === 'string' ? (value as unknown as Line) : undefined;
  } catch {
    return undefined;
  }
}
