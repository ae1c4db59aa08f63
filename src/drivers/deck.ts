import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import type { ChangeCounts, WorkspacePlan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type {
  ApplyRequest,
  ApplyResult,
  Availability,
  Dump,
  DumpRequest,
  EntityDriver,
  FileJudge,
  FileJudgement,
} from '../core/driver.js';
import { defaultWorkspace, type Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { countKinds } from '../estate/countKinds.js';
import {
  diffArguments,
  dumpArguments,
  isJsonReport,
  judgeArguments,
  syncArguments,
  validateArguments,
  type DeckScope,
} from './deckCommand.js';
import { deckError } from './deckErrors.js';
import { requireFaithful, requireNothingStruck } from './deckLimits.js';
import { judgeOutcome } from './deckOutcome.js';
import { parseErrors, parseEventLine, parseJsonReport, parseTextReport, type DeckReport } from './deckOutput.js';
import {
  deletesMore,
  endedBadly,
  gapsOf,
  nothingWritten,
  placeOf,
  readOnly,
  workspaceMissing,
} from './deckProblems.js';
import { runDeck } from './deckRunner.js';
import { detectDeck, openSession, type DeckSession } from './deckSession.js';
import { offlineSettings } from './deckSettings.js';
import { markAsFormat3, readState, requireFile, requireNewFile, requireTemplatesFilled } from './deckState.js';
import { canSkipAuthorities, dialectOf } from './deckVersion.js';

export interface DeckDriverOptions {
  /** Path of the deck program, or just `deck` to look on PATH. */
  deckPath: string;
  /** Milliseconds that one request to a gateway may take. */
  requestTimeout: number;
  /** Milliseconds that a whole dump, diff or sync may take. An hour when absent. */
  callTimeout?: number;
}

type CompareRequest = DeckScope & { workspace: string };

const hour = 3_600_000;
const mostRuns = 10;
const nothing: Readonly<ChangeCounts> = { creates: 0, updates: 0, deletes: 0 };

/**
 * The decK engine, every version from 1.4 on. decK applies a whole file, not a plan: `apply` refuses when decK would
 * delete more than the plan says.
 */
export function createDeckDriver(options: DeckDriverOptions): EntityDriver & FileJudge {
  return new DeckDriver(options);
}

class DeckDriver implements EntityDriver, FileJudge {
  readonly id = 'deck';
  private readonly deckPath: string;
  private readonly requestTimeout: number;
  private readonly callTimeout: number;

  constructor({ deckPath, requestTimeout, callTimeout = hour }: DeckDriverOptions) {
    this.deckPath = deckPath;
    this.requestTimeout = requestTimeout;
    this.callTimeout = callTimeout;
  }

  async available(target: Target, context: OperationContext): Promise<Availability> {
    try {
      const { text } = await detectDeck(this.deckPath, target, context);
      return { available: true, version: text };
    } catch (error) {
      if (!isKongBackupError(error)) throw error;
      const { code, reason, remedy } = error;
      if (code !== 'tool-missing' && code !== 'tool-too-old') throw error;
      return { available: false, code, reason, remedy };
    }
  }

  async ping(target: Target, context: OperationContext): Promise<void> {
    await this.open(target, context);
  }

  async dump(target: Target, { workspace, file, selectTags }: DumpRequest, context: OperationContext): Promise<Dump> {
    requireNewFile(file);
    const place = placeOf(target, workspace);
    const session = await this.open(target, context);
    context.report({ step: 'read', subject: workspace });
    const scope: DeckScope = { file, selectTags, workspace: workspace === defaultWorkspace ? undefined : workspace };
    const output = await session.run(dumpArguments(session.dialect, scope), this.callTimeout);
    if (output.exitCode !== 0) throw session.failure(place, output);
    if (!existsSync(file)) throw nothingWritten(place, file);
    await chmod(file, 0o600);
    if (parseInt(session.gatewayVersion, 10) >= 3) await markAsFormat3(file);
    const counts = countKinds((await readState(file)).entities);
    return { counts, gaps: gapsOf(session.version, session.gatewayVersion, workspace), format: 'deck' };
  }

  async validate(_target: Target, file: string, context: OperationContext): Promise<string[]> {
    requireFile(file);
    const version = await detectDeck(this.deckPath, undefined, context);
    const args = validateArguments(dialectOf(version), file);
    const call = { args, settings: offlineSettings(), timeout: this.callTimeout };
    const { exitCode, stderr } = await runDeck(this.deckPath, call, context);
    if (exitCode === 0) return [];
    const errors = parseErrors(stderr);
    return errors.length > 0 ? errors : [`decK ended with exit code ${exitCode}.`];
  }

  async judgeFile(target: Target, request: CompareRequest, context: OperationContext): Promise<FileJudgement> {
    requireFile(request.file);
    const session = await this.open(target, context);
    const asksGateway = session.dialect === 'new';
    const place = placeOf(target, request.workspace);
    const args = asksGateway
      ? judgeArguments({ file: request.file, workspace: await workspaceFlag(request) })
      : validateArguments(session.dialect, request.file);
    const output = await session.run(args, this.callTimeout);
    // Early versions write some errors to standard output.
    const text = output.exitCode === 0 ? '' : `${output.stderr}\n${asksGateway ? '' : output.stdout}`;
    const tool = `decK ${session.version.text}`;
    return { tool, asksGateway, text: redact(text, session.secrets), failure: () => session.failure(place, output) };
  }

  async diff(target: Target, request: CompareRequest, context: OperationContext): Promise<ChangeCounts> {
    await requireTemplatesFilled(request.file);
    const { counts } = await this.wouldChange(await this.open(target, context), target, request);
    return counts;
  }

  async apply(
    target: Target,
    { plan, file, selectTags }: ApplyRequest,
    context: OperationContext,
  ): Promise<ApplyResult> {
    const { workspace, changes } = plan;
    const place = placeOf(target, workspace);
    if (target.environment.mode === 'dbless') throw readOnly(place);
    if (plan.exists && changes.length === 0) return { applied: { ...nothing }, failed: [] };
    await requireTemplatesFilled(file);
    const session = await this.open(target, context);
    if (session.dialect === 'new') requireNothingStruck(file, await readFile(file, 'utf8'));
    requireFaithful(this.deckPath, session.version, await readState(file));
    const request: CompareRequest = { workspace, file, selectTags, skipAuthorities: skipsAuthorities(session, plan) };
    if (plan.exists) await this.requireNoMoreDeletes(session, target, request, plan);

    const total = changes.length;
    const progress = (done: number) =>
      context.report({ step: 'apply', subject: workspace, done: Math.min(done, total), total });
    progress(0);
    const report = await this.sync(session, place, request, progress).catch((error: unknown) => {
      // Only Enterprise makes workspaces: for open source the address to do it at does not exist.
      const unmade = !plan.exists && isKongBackupError(error, 'gateway-not-kong');
      throw unmade ? workspaceMissing(place, workspace) : error;
    });
    progress(total);
    return resultOf(place, plan, report, session);
  }

  private open(target: Target, context: OperationContext): Promise<DeckSession> {
    return openSession(this.deckPath, this.requestTimeout, target, context);
  }

  private async requireNoMoreDeletes(
    session: DeckSession,
    target: Target,
    request: CompareRequest,
    plan: WorkspacePlan,
  ): Promise<void> {
    const { counts, events } = await this.wouldChange(session, target, request);
    const deletes = plan.changes.filter(({ action }) => action === 'delete');
    const planned = new Set(deletes.map(({ id }) => id));
    const stranger = events.some(({ action, id }) => action === 'delete' && id !== undefined && !planned.has(id));
    if (!stranger && counts.deletes <= deletes.length) return;
    throw deletesMore(placeOf(target, request.workspace), counts.deletes, deletes.length);
  }

  private async wouldChange(session: DeckSession, target: Target, request: CompareRequest): Promise<DeckReport> {
    const place = placeOf(target, request.workspace);
    const report = await this.compare(session, 'diff', place, request);
    const { errors, createdWorkspace } = report;
    if (errors.length > 0) throw deckError(place, errors, session.secrets);
    // decK finds nothing wrong with a workspace that is not there: it would make it.
    if (createdWorkspace !== undefined) throw workspaceMissing(place, createdWorkspace);
    return report;
  }

  /** Early versions lose track of what they updated and stop in good health: another run goes on from there. */
  private async sync(
    session: DeckSession,
    place: string,
    request: CompareRequest,
    onProgress: (done: number) => void,
  ): Promise<DeckReport> {
    let whole: DeckReport | undefined;
    for (let run = 1; ; run++) {
      const before = whole?.events.length ?? 0;
      const report = await this.compare(session, 'sync', place, request, (done) => onProgress(before + done));
      whole = whole ? joinReports(whole, report) : report;
      if (run === mostRuns || !lostTrack(report)) return whole;
    }
  }

  private async compare(
    session: DeckSession,
    verb: 'diff' | 'sync',
    place: string,
    request: CompareRequest,
    onProgress?: (done: number) => void,
  ): Promise<DeckReport> {
    const { dialect } = session;
    const scope: DeckScope = { ...request, workspace: await workspaceFlag(request) };
    const args = verb === 'diff' ? diffArguments(dialect, scope) : syncArguments(dialect, scope);
    let done = 0;
    const onLine = (line: string) => {
      if (onProgress && parseEventLine(line)) onProgress(++done);
    };
    const output = await session.run(args, this.callTimeout, { onLine });
    const report = isJsonReport(args) ? parseJsonReport(output.stdout) : parseTextReport(output.stdout);
    if (!report) throw session.failure(place, output);
    if (output.exitCode !== 0 && report.errors.length === 0) report.errors = parseErrors(output.stderr);
    return report;
  }
}

/** They belong to the whole gateway: decK would delete those that another workspace brought. */
function skipsAuthorities({ version }: DeckSession, { changes }: WorkspacePlan): boolean {
  return canSkipAuthorities(version) && !changes.some(({ kind }) => kind === 'ca_certificates');
}

/** Always named where the file names another; left out for `default`, which an open-source gateway need not know. */
async function workspaceFlag({ workspace, file }: CompareRequest): Promise<string | undefined> {
  const named = (await readState(file)).workspace ?? defaultWorkspace;
  return workspace === defaultWorkspace && named === defaultWorkspace ? undefined : workspace;
}

const lostTrack = ({ errors }: DeckReport): boolean =>
  errors.length > 0 && errors.every((error) => error === 'while post processing event: entity not found');

/** What both did, and how the second ended. */
function joinReports(first: DeckReport, second: DeckReport): DeckReport {
  return {
    ...second,
    counts: {
      creates: first.counts.creates + second.counts.creates,
      updates: first.counts.updates + second.counts.updates,
      deletes: first.counts.deletes + second.counts.deletes,
    },
    events: [...first.events, ...second.events],
  };
}

function resultOf(place: string, plan: WorkspacePlan, report: DeckReport, { secrets }: DeckSession): ApplyResult {
  const { failed, otherErrors } = judgeOutcome(plan, report);
  const { creates, updates, deletes } = report.counts;
  const [first] = otherErrors;
  if (first !== undefined && creates + updates + deletes === 0) throw deckError(place, otherErrors, secrets);
  if (first !== undefined && failed.length === 0) throw endedBadly(place, first);
  return { applied: report.counts, failed };
}
