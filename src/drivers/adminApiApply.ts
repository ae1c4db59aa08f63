import type { Change, ChangeCounts, WorkspacePlan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { ApplyJournal, ApplyResult, FailedChange, MovedEntity } from '../core/driver.js';
import { defaultWorkspace } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { dependencies } from '../estate/dependencies.js';
import { workspaceKind } from '../estate/kinds.js';
import type { GatewayClient, GatewayResponse } from '../gateway/gatewayClient.js';
import { readRoot } from '../gateway/probe.js';
import { type Collection, findKinds, knownCollection } from './adminApiKinds.js';
import { lookForHolder, lookForMove } from './adminApiMoved.js';
import { type Write, writeOf } from './adminApiWrites.js';
import { Pace } from './applyPace.js';
import { JournaledQueue } from './journaledQueue.js';
import { withPatience } from './patience.js';

/** Answers to one change after which no other can do better. */
const hopeless = new Set(['gateway-unreachable', 'gateway-unauthorized', 'gateway-read-only-mode', 'gateway-not-kong']);
const mostTimeouts = 3;

/** Milliseconds at least between two words on how far it came. */
const betweenReports = 50;

/** The apply stopped at this change, which is not what the plan saw. */
const stopped = Symbol('stopped');

const silent: ApplyJournal = { before: () => Promise.resolve(), after: () => Promise.resolve() };

export interface WritePlanRequest {
  plan: WorkspacePlan;
  /** Requests that may be on their way at a time. */
  connections: number;
  journal?: ApplyJournal;
}

/**
 * Makes a workspace what the plan says, independent changes side by side. A failed change takes those that need it with it;
 * the rest goes on. An entity that somebody else wrote since the plan was made stops it all.
 * @throws KongBackupError `gateway-read-only-mode`, `workspace-missing`; `cancelled` with what was applied in its reason.
 */
export async function applyPlan(
  client: GatewayClient,
  request: WritePlanRequest,
  context: OperationContext,
): Promise<ApplyResult> {
  const { plan } = request;
  const { mode } = await readRoot(client, context.signal);
  if (mode === 'dbless') throw readOnly(client);
  if (!plan.exists) await createWorkspace(client, plan.workspace, context.signal);
  const collections = await collectionsOf(client, plan, context.signal);
  return new Applying(client, request, collections, context).run();
}

function readOnly(client: GatewayClient): KongBackupError {
  return new KongBackupError('gateway-read-only-mode', {
    place: client.address,
    reason: 'The gateway has no database: its Admin API takes no single changes.',
    remedy: 'Give it the whole declarative file by POST /config, or restore into a gateway with a database.',
  });
}

async function createWorkspace(client: GatewayClient, name: string, signal: AbortSignal): Promise<void> {
  if (name === defaultWorkspace) return;
  const request = client.request('POST', '/workspaces', { body: { name }, signal });
  const { status } = await request.catch((error: unknown) => {
    if (isKongBackupError(error, 'gateway-conflict')) return { status: 200 };
    throw error;
  });
  if (status !== 404) return;
  throw new KongBackupError('workspace-missing', {
    place: `${client.address}, workspace ${name}`,
    reason: 'The gateway has no workspaces: it is open source.',
    remedy: 'Restore into `default`, or into a Kong Enterprise gateway.',
  });
}

async function collectionsOf(
  client: GatewayClient,
  { changes }: WorkspacePlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Collection>> {
  const collections = new Map<string, Collection>();
  for (const { kind } of changes) {
    const known = kind === workspaceKind ? { kind, path: '/workspaces', listed: true } : knownCollection(kind);
    if (known) collections.set(kind, known);
  }
  if (changes.every(({ kind }) => collections.has(kind))) return collections;
  for (const found of (await findKinds(client, signal)).collections) collections.set(found.kind, found);
  return collections;
}

class Applying {
  private readonly applied: ChangeCounts = { creates: 0, updates: 0, deletes: 0 };
  private readonly failed: FailedChange[] = [];
  private readonly moved: MovedEntity[] = [];
  private readonly outcomes = new Map<number, 'applied' | 'failed'>();
  /** Requests already sent are let finish: only then is it known what the gateway took. */
  private readonly uncancelled = new AbortController().signal;
  private readonly waiting: number[][];
  private readonly open: number[];
  private readonly needs: number[][];
  private readonly pace: Pace;
  private timeouts = 0;
  private reported = 0;
  private given: string | undefined;

  constructor(
    private readonly client: GatewayClient,
    private readonly request: WritePlanRequest,
    private readonly collections: ReadonlyMap<string, Collection>,
    private readonly context: OperationContext,
  ) {
    // What comes later in the plan can't be waited for: the plan's own order has the last word.
    this.needs = dependencies(request.plan.changes).map((needed, index) => [
      ...new Set(needed.map((each) => each.index).filter((other) => other < index)),
    ]);
    this.open = this.needs.map(({ length }) => length);
    this.waiting = this.needs.map(() => []);
    this.needs.forEach((needed, index) => needed.forEach((first) => this.waiting[first]?.push(index)));
    this.pace = new Pace(request.connections);
  }

  /** @throws what the journal throws: then nothing more was sent. */
  async run(): Promise<ApplyResult> {
    const { plan, journal } = this.request;
    const queue = new JournaledQueue(journal ?? silent, {
      isStopped: () => this.context.signal.aborted || this.moved.length > 0,
      requests: () => this.pace.requests,
      run: (index) => this.one(index),
      freed: (index) => this.release(index),
    });
    await queue.run(plan.changes.flatMap((_, index) => (this.open[index] === 0 ? [index] : [])));
    const { applied, failed, moved } = this;
    if (moved.length > 0) return { applied, failed, moved };
    if (this.context.signal.aborted && this.outcomes.size < plan.changes.length) throw this.cancelled();
    return { applied, failed };
  }

  private *release(done: number): Generator<number> {
    for (const index of this.waiting[done] ?? []) {
      const left = (this.open[index] ?? 0) - 1;
      this.open[index] = left;
      if (left === 0) yield index;
    }
  }

  /** Never rejects: what goes wrong is kept with the change. @returns whether it is written. */
  private async one(index: number): Promise<boolean> {
    const { workspace, changes } = this.request.plan;
    const change = changes[index] as Change;
    const reason = this.reasonNotToTry(index) ?? (await this.send(change));
    this.pace.answered();
    if (reason === stopped) return false;
    this.outcomes.set(index, reason === undefined ? 'applied' : 'failed');
    if (reason === undefined) this.applied[`${change.action}s`]++;
    else this.failed.push({ change, reason });
    this.report(workspace, changes.length);
    return reason === undefined;
  }

  /** Not each of thousands: to write so much down takes a part of the time. */
  private report(subject: string, total: number): void {
    const now = performance.now();
    const done = this.outcomes.size;
    if (done < total && now - this.reported < betweenReports) return;
    this.reported = now;
    this.context.report({ step: 'apply', subject, done, total });
  }

  private reasonNotToTry(index: number): string | undefined {
    if (this.given !== undefined) return `Not tried, because an earlier change failed: ${this.given}`;
    const lost = this.needs[index]?.find((first) => this.outcomes.get(first) === 'failed');
    if (lost === undefined) return undefined;
    const { action, kind, label } = this.request.plan.changes[lost] as Change;
    return `Not tried, because it needs another change that failed: ${action} ${label} (${kind}).`;
  }

  /** @returns why it failed; undefined when it didn't. */
  private async send(change: Change): Promise<string | typeof stopped | undefined> {
    const collection = this.collections.get(change.kind);
    if (!collection) return `The gateway has no entities of the kind ${change.kind}.`;
    const write = writeOf(change, collection);
    const { method, path } = write;
    const look = { client: this.client, collection, workspace: this.request.plan.workspace, signal: this.uncancelled };
    try {
      const moved = await this.patiently(() => lookForMove(look, change));
      if (moved) return this.stop(moved);
      const { status } = await this.call(write);
      // What is to be deleted and is not there any more went with its parent.
      return status === 404 && change.action !== 'delete' ? `The gateway has nothing at ${path}.` : undefined;
    } catch (error) {
      if (isKongBackupError(error, 'gateway-conflict')) {
        const holder = await lookForHolder(look, change).catch(() => undefined);
        if (holder === 'same') return undefined;
        if (holder) return this.stop(holder);
      }
      return this.reasonOf(error, `${method} ${path}`);
    }
  }

  private stop(moved: MovedEntity): typeof stopped {
    this.moved.push(moved);
    return stopped;
  }

  private reasonOf(error: unknown, call: string): string {
    if (!isKongBackupError(error)) return `${call}: ${error instanceof Error ? error.message : String(error)}`;
    if (error.code === 'gateway-timeout') this.timeouts++;
    if (hopeless.has(error.code) || this.timeouts >= mostTimeouts) this.given ??= `${error.place}: ${error.reason}`;
    return `${error.place}: ${error.reason}`;
  }

  /** What was cut off may have been taken or not. Sent again it does no harm; of what is new, the gateway is asked first. */
  private call({ method, path, body, ofAll }: Write): Promise<GatewayResponse> {
    const onBusy = (): void => this.pace.busy();
    const workspace = ofAll ? defaultWorkspace : this.request.plan.workspace;
    const options = { workspace, signal: this.uncancelled, onBusy };
    const id = body?.['id'] ?? body?.['consumer'];
    return this.patiently(async (triedBefore) => {
      if (triedBefore > 0 && method === 'POST' && typeof id === 'string') {
        const there = await this.client.request('GET', `${path}/${id}`, options);
        if (there.status !== 404) return there;
      }
      return this.client.request(method, path, { ...options, ...(body ? { body } : {}) });
    });
  }

  private patiently<T>(job: (triedBefore: number) => Promise<T>): Promise<T> {
    return withPatience(job, () => this.given !== undefined);
  }

  private cancelled(): KongBackupError {
    const { creates, updates, deletes } = this.applied;
    const { workspace, changes } = this.request.plan;
    const left = changes.length - this.outcomes.size;
    return new KongBackupError('cancelled', {
      place: `${this.client.address}, workspace ${workspace}`,
      reason: `Cancelled after ${creates} created, ${updates} updated and ${deletes} deleted; ${this.failed.length} failed, ${left} not tried.`,
      remedy: 'Make a new plan to go on, or restore the safety snapshot to go back.',
    });
  }
}
