import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotStore } from '../../src/core/store.js';
import { filesUnder } from './tortureStore.js';

const never = new AbortController().signal;

interface Watched {
  store: SnapshotStore;
  /** Absolute path of the folder with its objects. */
  root: string;
  /** Whose next backup sweeps. */
  environment: string;
  /** Files that lie where snapshots are made outside of the store. */
  staged(): Promise<string[]>;
}

/** Watches a store: what was a snapshot once stays one, as it was, and nothing else is ever listed. */
export class StoreJudge {
  /** SHA-256 of each manifest that was seen, by id. */
  private readonly seen = new Map<string, string>();

  constructor(private readonly watched: Watched) {}

  /** For a torture of deletions: these may go from now on. */
  allowToGo(ids: readonly string[]): void {
    for (const id of ids) this.seen.delete(id);
  }

  get ids(): string[] {
    return [...this.seen.keys()];
  }

  /** What is wrong now. New snapshots are read whole, older ones compared; `thorough` reads all of them whole. */
  async judge(thorough = false): Promise<string[]> {
    const problems: string[] = [];
    const listed = await this.watched.store.list();
    for (const { id, problem } of listed)
      if (problem) problems.push(`${id} is listed as ${problem.code}: ${problem.reason}`);
    for (const { id, manifest } of listed) {
      if (!manifest) continue;
      const hash = await this.hashOf(id);
      const before = this.seen.get(id);
      if (before !== undefined && before !== hash) problems.push(`${id} changed`);
      if (before === undefined || thorough) {
        await this.watched.store.check(id, never).catch((error: unknown) => problems.push(`${id}: ${String(error)}`));
      }
      this.seen.set(id, hash);
    }
    const there = new Set(listed.map(({ id }) => id));
    for (const id of this.seen.keys()) if (!there.has(id)) problems.push(`${id} is lost`);
    return problems;
  }

  /** Does what the next backup does first. @returns what is left over all the same. */
  async sweep(): Promise<string[]> {
    await (await this.watched.store.stage(this.watched.environment)).discard();
    const listed = new Set((await this.watched.store.list()).map(({ id }) => id));
    const files = (await filesUnder(this.watched.root)).map((file) =>
      path.relative(this.watched.root, file).replaceAll(path.sep, '/'),
    );
    const left = [...files.filter((file) => !isExpected(file, listed)), ...(await this.watched.staged())];
    return left.map((file) => `left over: ${file}`);
  }

  private async hashOf(id: string): Promise<string> {
    const text = await readFile(path.join(this.watched.root, ...id.split('/'), 'manifest.json'));
    return createHash('sha256').update(text).digest('hex');
  }
}

function isExpected(file: string, listed: ReadonlySet<string>): boolean {
  const [first = '', second = '', name] = file.split('/');
  // What versitygw writes with, and what shows whether a store keeps conditions.
  if (first === '.sgwtmp' || first === '.kong-backup-store') return true;
  // Packs that no manifest names are for a prune to collect, locks for the next who wants one.
  if (file === '.gitignore' || first === 'packs' || first === 'locks') return true;
  return listed.has(`${first}/${second}`) && name !== '.owner';
}
