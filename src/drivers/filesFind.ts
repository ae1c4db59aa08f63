import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import { excluderOf, type FilesPattern, patternsOf } from './filesPatterns.js';
import type { FileFacts, Found } from './filesPlace.js';
import type { FilesSet } from './filesSets.js';

export interface FoundFile {
  path: string;
  facts: FileFacts;
  /** A folder above what was asked for: its mode is known for the day when it has to be made, and is never changed. */
  isParent?: true;
}

export interface FoundFiles {
  /** In order of paths. */
  files: FoundFile[];
  gaps: Gap[];
  /** Sockets, devices, pipes. */
  special: string[];
}

/** Names that are looked at for one pattern, and files that one may stand for. */
const mostNames = 200_000;
export const mostFiles = 10_000;

/** Finds what the paths and globs of a set stand for. @throws KongBackupError `cancelled`. */
export async function findFiles(set: FilesSet, context: OperationContext): Promise<FoundFiles> {
  const search = new Search(set, context);
  for (const pattern of patternsOf(set)) await search.add(pattern);
  await search.addParents();
  const files = [...search.found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, gaps: search.gaps, special: [...search.special].sort() };
}

export const gap = (reason: string, remedy: string, count?: number): Gap => ({
  part: 'files',
  partial: true,
  reason,
  remedy,
  ...(count !== undefined && { count }),
});

class Search {
  readonly found = new Map<string, FoundFile>();
  readonly gaps: Gap[] = [];
  readonly special = new Set<string>();
  private readonly tops = new Set<string>();
  private readonly isExcluded: (file: string) => boolean;

  constructor(
    private readonly set: FilesSet,
    private readonly context: OperationContext,
  ) {
    this.isExcluded = excluderOf(set);
  }

  async add(pattern: FilesPattern): Promise<void> {
    throwIfCancelled(this.context.signal, this.set.name);
    try {
      await this.search(pattern);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled' || error.code === 'tool-missing') throw error;
      this.say(pattern, error.reason, error.remedy);
    }
  }

  private async search(pattern: FilesPattern): Promise<void> {
    const { place } = this.set;
    const { literal, glob } = pattern;
    if (!place.path.isAbsolute(literal) || /(^|[\\/])\.\.([\\/]|$)/.test(literal)) {
      return this.say(pattern, 'It is no absolute path.', 'Correct it in the environments file.');
    }
    const [found] = await place.look([literal], this.context);
    if (found?.type === 'unreadable') return this.say(pattern, found.reason, readRemedy);
    if (found) {
      this.tops.add(found.type === 'directory' ? literal : place.path.dirname(literal));
      this.keep(literal, found);
      if (found.type === 'directory') await this.below(pattern, literal, Infinity, () => true);
      return;
    }
    if (!glob) return this.missing(pattern, 'There is no such file.');
    if (isWholeMachine(glob.base)) {
      return this.say(pattern, 'It would go through the whole machine.', 'Begin it with the folder to look in.');
    }
    const [base] = await place.look([glob.base], this.context);
    if (!base) return this.missing(pattern, `There is no folder ${glob.base}.`);
    this.tops.add(glob.base);
    const kept = await this.below(pattern, glob.base, glob.depth, glob.matches);
    if (kept === 0) this.missing(pattern, 'It finds nothing.');
  }

  private missing(pattern: FilesPattern, reason: string): void {
    if (this.set.expected.includes(pattern.text)) {
      this.say(pattern, reason, 'Correct it in the environments file, or take it out.');
    }
  }

  /** @returns how many were found. */
  private async below(
    pattern: FilesPattern,
    folder: string,
    depth: number,
    matches: (slashed: string) => boolean,
  ): Promise<number> {
    const { place } = this.set;
    const limits = { depth: Math.min(depth, 40), most: mostNames };
    const { paths, unread, isCut } = await place.list(folder, limits, this.context);
    for (const each of unread) this.say(pattern, `A folder could not be read: ${each}`, readRemedy);
    if (isCut)
      this.say(pattern, `More than ${mostNames} names are below ${folder}; the rest was not looked at.`, narrower);
    const wanted = paths.filter((each) => {
      const text = place.isWindows ? each.replaceAll('\\', '/') : each;
      return matches(text) && !this.isExcluded(each);
    });
    if (wanted.length > mostFiles) {
      this.say(pattern, `It stands for ${wanted.length} files: none of them is held.`, narrower, wanted.length);
      return wanted.length;
    }
    const facts = await place.look(wanted, this.context);
    wanted.forEach((each, index) => this.keep(each, facts[index]));
    return wanted.length;
  }

  private keep(file: string, found: Found): void {
    if (this.isExcluded(file)) return;
    if (found?.type === 'unreadable') this.gaps.push(gap(`${file} is not held: ${found.reason}`, readRemedy, 1));
    else if (!found && file.includes('\uFFFD')) {
      this.gaps.push(gap(`${file} is not held: its name is not UTF-8.`, 'Give it another name.', 1));
    } else if (!found) return;
    else if (found.type === 'other') this.special.add(file);
    else this.found.set(file, { path: file, facts: found });
  }

  /** Of every folder between what was found and where the search began. */
  async addParents(): Promise<void> {
    const { path } = this.set.place;
    const wanted = new Set<string>();
    for (const file of this.found.keys()) {
      for (let above = path.dirname(file); !wanted.has(above) && !this.found.has(above); above = path.dirname(above)) {
        if (above === path.dirname(above)) break;
        wanted.add(above);
        if (this.tops.has(above)) break;
      }
    }
    const all = [...wanted];
    const facts = await this.set.place.look(all, this.context);
    all.forEach((each, index) => {
      const found = facts[index];
      if (found?.type === 'directory') this.found.set(each, { path: each, facts: found, isParent: true });
    });
  }

  private say({ text }: FilesPattern, reason: string, remedy: string, count?: number): void {
    this.gaps.push(gap(`${text} (${this.set.place.name}): ${reason}`, remedy, count));
  }
}

const readRemedy = 'Let the user that runs this read it, or leave it out by "exclude" in the environments file.';
const narrower = 'Name narrower paths in the environments file, or leave folders out by "exclude".';

const isWholeMachine = (base: string): boolean => /^([A-Za-z]:)?[\\/]?$|^[\\/](proc|sys|dev)([\\/]|$)/.test(base);
