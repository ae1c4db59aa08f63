import { createHash, randomBytes } from 'node:crypto';
import type { Change, WorkspacePlan } from '../core/change.js';
import type { ApplyJournal } from '../core/driver.js';
import type { Environment } from '../core/environment.js';
import type { JsonObject } from '../core/json.js';
import type { LineFile, LineFiles } from '../core/lineFiles.js';
import { folderTime } from '../core/snapshotId.js';
import type { JournalHead, JournalLine } from './journalLines.js';
import { journalFormat, knownId } from './journalLines.js';
import type { Proof } from './restoreOutcome.js';

export interface JournalRequest {
  /** The snapshot that is restored. */
  snapshot: string;
  environment: Pick<Environment, 'id' | 'name' | 'adminUrl'>;
  /** What was asked for, beside both. It is planned with again when the restore is resumed. */
  scope: JsonObject;
  /** The safety snapshot; absent when all workspaces are new. */
  guard?: string;
  /** The restore that this one takes back. */
  undoes?: string;
  workspaces: readonly WorkspacePlan[];
}

/**
 * What a restore is about to write and what it wrote, on the disk before and after each step. It names entities by kind and id,
 * and holds nothing of what is in them: that is in the snapshot and the safety snapshot, encrypted where they are.
 */
export class RestoreJournal {
  private constructor(
    readonly id: string,
    private readonly file: LineFile,
  ) {}

  static async begin(files: LineFiles, request: JournalRequest): Promise<RestoreJournal> {
    const id = `${folderTime(new Date())}-${randomBytes(2).toString('hex')}`;
    const { workspaces, environment, ...rest } = request;
    const { id: environmentId, name, adminUrl } = environment;
    const head: JournalHead = {
      type: 'begin',
      format: journalFormat,
      id,
      at: now(),
      by: files.by,
      owner: files.owner,
      environment: { id: environmentId, name, adminUrl },
      ...rest,
      workspaces: workspaces.map(({ workspace, exists, changes }) => ({ workspace, exists, changes: changes.length })),
    };
    const journal = new RestoreJournal(id, await files.create(id));
    await journal.write(head);
    return journal;
  }

  /** Goes on with one. @param guard the state in between, which was taken before it goes on. */
  static async resume(files: LineFiles, id: string, guard: string | undefined): Promise<RestoreJournal> {
    const journal = new RestoreJournal(id, await files.open(id));
    const by = { by: files.by, owner: files.owner, ...(guard !== undefined && { guard }) };
    await journal.write({ type: 'resumed', at: now(), ...by });
    return journal;
  }

  /** What an engine tells of the changes of one workspace. */
  stepsOf({ workspace, exists, changes }: WorkspacePlan): ApplyJournal & { begin(): Promise<void> } {
    return {
      begin: () => this.write({ type: 'workspace', at: now(), workspace, isNew: !exists }),
      before: (indices) =>
        this.write({
          type: 'before',
          at: now(),
          workspace,
          changes: indices.map((index) => noteOf(changes[index], index)),
        }),
      after: (outcomes) => {
        const [done, failed] = [true, false].map((wanted) =>
          outcomes.flatMap((each) => (each.done === wanted ? each.change : [])),
        ) as [number[], number[]];
        return this.write({ type: 'after', at: now(), workspace, done, ...(failed.length > 0 && { failed }) });
      },
    };
  }

  /** It came to a stop on the way, and can be resumed or undone. */
  async stop(code: string): Promise<void> {
    await this.write({ type: 'stopped', at: now(), code });
  }

  async end(proof: Proof, failed: number): Promise<void> {
    await this.write({ type: 'end', at: now(), proof, failed });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private write(line: JournalLine): Promise<void> {
    return this.file.append([JSON.stringify(line)]);
  }
}

/** Writes into a restore's journal that another one took it back. @param by the other's journal, where it has one. */
export const markUndone = (files: LineFiles, id: string, by = ''): Promise<void> =>
  addLine(files, id, { type: 'undone', at: now(), by });

/** Keeps with a restore's journal what came of it. @param report a `RestoreProof`. */
export const keepReport = (files: LineFiles, id: string, report: JsonObject): Promise<void> =>
  addLine(files, id, { type: 'report', at: now(), report });

async function addLine(files: LineFiles, id: string, line: JournalLine): Promise<void> {
  const file = await files.open(id);
  try {
    await file.append([JSON.stringify(line)]);
  } finally {
    await file.close();
  }
}

const now = (): string => new Date().toISOString();

function noteOf(change: Change | undefined, index: number): [number, string, string, string, string] {
  const { action = '', kind = '', after } = change ?? {};
  return [index, action, kind, change ? knownId(change) : '', after ? hashOf(after) : ''];
}

/** Tells two versions of an entity apart, and nothing of what is in them to who only has the journal. */
const hashOf = (fields: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
