import { writeFile } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { type Change, countChanges } from '../../src/core/change.js';
import type {
  ApplyRequest,
  ApplyResult,
  Availability,
  EntityDriver,
  EntityReader,
  GatewayProbe,
  SchemaReader,
} from '../../src/core/driver.js';
import type { Gap } from '../../src/core/coverage.js';
import type { GatewayInfo } from '../../src/core/environment.js';
import { KongBackupError, throwIfCancelled } from '../../src/core/errors.js';
import type { Counts } from '../../src/core/snapshot.js';
import { readDeckFile } from '../../src/estate/deckFile.js';
import { orphansOf, writeDeckFile } from '../../src/estate/deckWriter.js';
import type { Entity } from '../../src/estate/entity.js';

/** A gateway without HTTP in front: what operations ask of the outside, with the failures a test orders. */
export class MemoryGateway implements GatewayProbe, EntityReader, SchemaReader {
  readonly workspaces = new Map<string, Entity[]>([['default', []]]);
  info: Omit<GatewayInfo, 'workspaces'> = {
    version: '3.9.3',
    edition: 'community',
    mode: 'traditional',
    hostname: 'memory',
    database: 'postgres',
    plugins: ['cors', 'key-auth', 'rate-limiting'],
    workspacesKnown: true,
    hasWorkspaces: true,
  };
  /** Kinds that answer 403. */
  readonly unreadable = new Set<string>();
  /** Called before each call, with the workspace that is read; throws to make it fail. */
  onCall: (call: string, workspace?: string) => void | Promise<void> = () => undefined;
  readonly calls: string[] = [];

  constructor(...entities: Entity[]) {
    this.workspaces.set('default', entities);
  }

  async probe(): Promise<GatewayInfo> {
    await this.called('probe');
    return { ...this.info, workspaces: [...this.workspaces.keys()] };
  }

  async read(_target: unknown, workspace: string, { selectTags = [] }: { selectTags?: string[] }) {
    await this.called('read', workspace);
    const entities = this.entities(workspace).filter(({ fields }) =>
      selectTags.every((tag) => (fields.tags as string[] | undefined)?.includes(tag)),
    );
    const readable = entities.filter(({ kind }) => !this.unreadable.has(kind));
    return { entities: structuredClone(readable), counts: countsOf(readable), gaps: this.gaps(workspace) };
  }

  async count(_target: unknown, workspace: string): Promise<{ counts: Counts; gaps: Gap[] }> {
    await this.called('count', workspace);
    const readable = this.entities(workspace).filter(({ kind }) => !this.unreadable.has(kind));
    return { counts: countsOf(readable), gaps: this.gaps(workspace) };
  }

  schemas = () => Promise.resolve({ entities: {}, plugins: {}, failed: [] });

  entities(workspace = 'default'): Entity[] {
    const entities = this.workspaces.get(workspace);
    if (entities) return entities;
    throw new KongBackupError('workspace-missing', { place: 'memory', reason: workspace, remedy: '' });
  }

  gaps(workspace: string): Gap[] {
    return [...this.unreadable].map((kind) => gapOf(kind, workspace));
  }

  async called(call: string, workspace?: string): Promise<void> {
    this.calls.push(call);
    await this.onCall(call, workspace);
  }
}

/** An engine for it. */
export class MemoryEngine implements EntityDriver {
  availability: Availability = { available: true, version: '1.0.0' };
  /** Kinds that it does not know. */
  readonly blind = new Set<string>();
  /** Changes it fails at. */
  refuses: (change: Change) => boolean = () => false;

  constructor(
    readonly id: EntityDriver['id'],
    private readonly gateway: MemoryGateway,
  ) {}

  available = (): Promise<Availability> => Promise.resolve(this.availability);
  ping = (): Promise<void> => this.gateway.called(`${this.id} ping`);
  validate = (): Promise<string[]> => Promise.resolve([]);

  dump: EntityDriver['dump'] = async (target, { workspace, file, selectTags }, context) => {
    await this.gateway.called(`${this.id} dump`);
    throwIfCancelled(context.signal, 'memory');
    const { entities, gaps } = await this.gateway.read(target, workspace, selectTags ? { selectTags } : {});
    const known = entities.filter(({ kind }) => !this.blind.has(kind));
    const head = { formatVersion: '3.0', workspace, ...(selectTags && { selectTags }) };
    await writeFile(file, [...writeDeckFile(known, head)].join(''), { flag: 'wx' });
    const lost = orphansOf(known);
    const held = known.filter((entity) => !lost.includes(entity));
    const partial = Object.entries(countsOf(lost)).map(([kind, count]) => ({
      ...gapOf(kind, workspace),
      count,
      partial: true,
    }));
    return { counts: countsOf(held), gaps: [...gaps, ...partial], format: 'deck' };
  };

  /** As decK counts: by the file alone. */
  diff: EntityDriver['diff'] = async (_target, { workspace, file }) => {
    await this.gateway.called(`${this.id} diff`);
    const idsOf = (entities: readonly Entity[]) => entities.map(({ fields }) => String(fields.id));
    const inFile = idsOf(readDeckFile(await readFile(file, 'utf8'), file, { allowEmpty: true }).entities);
    const live = idsOf(this.gateway.entities(workspace));
    return {
      creates: inFile.filter((id) => !live.includes(id)).length,
      updates: 0,
      deletes: live.filter((id) => !inFile.includes(id)).length,
    };
  };

  apply = async (_target: unknown, { plan }: ApplyRequest): Promise<ApplyResult> => {
    const result: ApplyResult = { applied: { creates: 0, updates: 0, deletes: 0 }, failed: [] };
    if (!plan.exists) this.gateway.workspaces.set(plan.workspace, []);
    for (const change of plan.changes) {
      await this.gateway.called(`${this.id} apply`);
      if (this.refuses(change)) {
        result.failed.push({ change, reason: 'refused' });
        continue;
      }
      const others = this.gateway
        .entities(plan.workspace)
        .filter(({ kind, fields }) => kind !== change.kind || fields.id !== change.id);
      const after = change.after && { kind: change.kind, fields: change.after };
      this.gateway.workspaces.set(plan.workspace, after ? [...others, after] : others);
      for (const key of ['creates', 'updates', 'deletes'] as const) {
        result.applied[key] += countChanges({ workspaces: [{ ...plan, changes: [change] }] })[key];
      }
    }
    return result;
  };
}

const gapOf = (kind: string, workspace: string): Gap => ({
  part: 'entities',
  kind,
  workspace,
  reason: 'The gateway answered 403.',
  remedy: 'Give the token more rights.',
});

function countsOf(entities: readonly Entity[]): Counts {
  const counts: Counts = {};
  for (const { kind } of entities) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
