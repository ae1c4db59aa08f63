import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotStore } from '../../src/core/store.js';

const never = new AbortController().signal;

/** Watches a folder store: what was a snapshot once stays one, as it was, and nothing else is ever listed. */
export class StoreJudge {
  /** SHA-256 of each manifest that was seen, by id. */
  private readonly seen = new Map<string, string>();

  /** @param root the store's folder. @param environment whose next backup sweeps. */
  constructor(
    private readonly store: SnapshotStore,
    private readonly root: string,
    private readonly environment: string,
  ) {}

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
    const listed = await this.store.list();
    for (const { id, problem } of listed)
      if (problem) problems.push(`${id} is listed as ${problem.code}: ${problem.reason}`);
    for (const { id, manifest } of listed) {
      if (!manifest) continue;
      const hash = await this.hashOf(id);
      const before = this.seen.get(id);
      if (before !== undefined && before !== hash) problems.push(`${id} changed`);
      if (before === undefined || thorough) {
        await this.store.check(id, never).catch((error: unknown) => problems.push(`${id}: ${String(error)}`));
      }
      this.seen.set(id, hash);
    }
    const there = new Set(listed.map(({ id }) => id));
    for (const id of this.seen.keys()) if (!there.has(id)) problems.push(`${id} is lost`);
    return problems;
  }

  /** Does what the next backup does first. @returns what is left over all the same. */
  async sweep(): Promise<string[]> {
    await (await this.store.stage(this.environment)).discard();
    const listed = new Set((await this.store.list()).map(({ id }) => id));
    const files = await filesUnder(this.root);
    return files.filter((file) => !isExpected(file, listed)).map((file) => `left over: ${file}`);
  }

  private async hashOf(id: string): Promise<string> {
    const text = await readFile(path.join(this.root, ...id.split('/'), 'manifest.json'));
    return createHash('sha256').update(text).digest('hex');
  }
}

function isExpected(file: string, listed: ReadonlySet<string>): boolean {
  const [first = '', second = '', name] = file.split('/');
  // Packs that no manifest names are for a prune to collect, locks for the next who wants one.
  if (file === '.gitignore' || first === 'packs' || first === 'locks') return true;
  return listed.has(`${first}/${second}`) && name !== '.owner';
}

/** Files and empty folders, with forward slashes. */
async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}
