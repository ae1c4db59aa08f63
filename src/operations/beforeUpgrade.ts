import type { BackupPlan, PlannedPart } from '../core/backupPlan.js';
import { resultOf } from '../core/backupResult.js';
import { type OperationContext, withinStep } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartKind } from '../core/part.js';
import type { Manifest, PartRecord, SnapshotWarning } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { readDocument } from '../language/document.js';
import { validateUpgrade } from '../language/upgrade.js';
import type { SchemaSource } from '../schema/facts.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';
import type { VerifyReport } from './care.js';
import { shown, type ShownDiagnostic } from './judgeDocument.js';
import type { Verification } from './verifySnapshot.js';

export interface BeforeUpgradeParts {
  store: SnapshotStore;
  shipped: SchemaSource;
  planBackup(environment: Environment, context: OperationContext): Promise<BackupPlan>;
  /** @param options `pinned`: no prune removes it. */
  backup(
    environment: Environment,
    options: { label: string; parts: PartKind[]; pinned: boolean },
    context: OperationContext,
  ): Promise<Manifest>;
  verify(names: string[], depth: 'deep', context: OperationContext): Promise<VerifyReport>;
}

/** The two methods of Kong's documents, and what of each a backup takes; a method of which nothing can be taken says why. */
export interface UpgradePlan {
  from: string;
  to: string;
  plan: BackupPlan;
  /** What is taken. */
  parts: PartKind[];
  /** Each a sentence; empty when both methods are there. */
  missing: { method: 'database' | 'declarative'; reason: string; remedy: string }[];
  warnings: SnapshotWarning[];
}

/** What of one declarative file breaks on the way. */
export interface UpgradeFindings {
  part: PartKind;
  workspace?: string;
  path: string;
  diagnostics: ShownDiagnostic[];
}

export interface BeforeUpgradeReport extends Omit<UpgradePlan, 'plan'> {
  snapshot: Manifest;
  verification?: Verification;
  findings: UpgradeFindings[];
  /** `found`: it is damaged, or something in it is no longer taken by the target. `partial`: a method or a part is missing. */
  result: 'ok' | 'found' | 'partial';
  /** What to know before the upgrade begins, each a sentence. */
  reminders: string[];
}

/** The backup that Kong's documents ask for before an upgrade. */
export interface BeforeUpgrade {
  /** What would be taken. Nothing is changed. @throws KongBackupError `gateway-*`, `tool-*`, `gateway-version-unknown`. */
  planBeforeUpgrade(environment: Environment, to: string, context: OperationContext): Promise<UpgradePlan>;
  /**
   * Takes both methods, opens and counts what was taken, and holds the declarative files to the version that it goes to. The
   * snapshot is pinned. @throws as `planBeforeUpgrade`, and as a backup.
   */
  backUpBeforeUpgrade(environment: Environment, to: string, context: OperationContext): Promise<BeforeUpgradeReport>;
}

export function createBeforeUpgrade(parts: BeforeUpgradeParts): BeforeUpgrade {
  const plan: BeforeUpgrade['planBeforeUpgrade'] = async (environment, to, context) =>
    planUpgrade(await parts.planBackup(environment, context), refuseUnknown(to), parts.shipped);
  return {
    planBeforeUpgrade: plan,
    async backUpBeforeUpgrade(environment, to, context) {
      const { plan: _plan, ...planned } = await plan(environment, to, context);
      const options = { label: `before upgrade to ${to}`, parts: planned.parts, pinned: true };
      const snapshot = await parts.backup(environment, options, context);
      const { verifications } = await parts.verify([snapshot.id], 'deep', withinStep(context, 'verify'));
      const [verification] = verifications;
      const findings = await findingsOf(parts, snapshot, to, context);
      const result = judged(planned, snapshot, verification, findings);
      const reminders = remindersOf(planned, snapshot);
      return { ...planned, snapshot, ...(verification && { verification }), findings, result, reminders };
    },
  };
}

/** @throws KongBackupError `gateway-version-unknown`. */
function refuseUnknown(to: string): string {
  if (/^\d+\.\d+/.test(to)) return to;
  throw new KongBackupError('gateway-version-unknown', {
    place: to,
    reason: 'This is no version of Kong Gateway.',
    remedy: 'Name the one that you upgrade to, such as 3.9.',
  });
}

const databaseNative: readonly PartKind[] = ['database'];
const declarative: readonly PartKind[] = ['entities', 'declarative-file'];

function planUpgrade(plan: BackupPlan, to: string, { versions }: SchemaSource): UpgradePlan {
  const { gateway, parts } = plan;
  const canBeTaken = parts.filter(({ availability }) => availability.available);
  const isDbless = gateway.mode === 'dbless';
  const wanted = canBeTaken.filter(
    ({ part, selected, recommended }) =>
      selected || recommended || databaseNative.includes(part) || part === 'entities',
  );
  // What is described and can't be taken is a failure of the backup, and is said there.
  const failing = parts.filter(({ selected, availability }) => selected && !availability.available);
  const missing = [
    ...(isDbless || has(wanted, databaseNative) ? [] : [withoutDatabase(parts)]),
    ...(has(wanted, declarative) ? [] : withoutDeclarative(parts)),
  ];
  const older = compareVersions(to, gateway.version) <= 0;
  const newest = versions.at(-1) ?? '';
  return {
    from: gateway.version,
    to,
    plan,
    parts: [...wanted, ...failing].map(({ part }) => part),
    missing,
    warnings: [
      ...(older
        ? [{ code: 'no-upgrade', message: `The gateway is Kong ${gateway.version} already: ${to} is no upgrade.` }]
        : []),
      ...(compareVersions(to, newest) > 0
        ? [{ code: 'version-unknown', message: `Kong ${to} is not known here: files are held to Kong ${newest}.` }]
        : []),
    ],
  };
}

const has = (parts: readonly PlannedPart[], kinds: readonly PartKind[]): boolean =>
  parts.some(({ part }) => kinds.includes(part));

function withoutDatabase(parts: readonly PlannedPart[]): UpgradePlan['missing'][number] {
  const planned = parts.find(({ part }) => part === 'database');
  if (planned && !planned.availability.available) {
    const { reason, remedy } = planned.availability;
    return { method: 'database', reason, remedy };
  }
  return {
    method: 'database',
    reason:
      'Nobody says where the database is: the backup is declarative only, and Kong asks for both before an upgrade.',
    remedy: 'Say under "database" in the environments file where it is.',
  };
}

/** The gateway does not answer: only what is there without it is taken, and which version it is of is a guess. */
function withoutDeclarative(parts: readonly PlannedPart[]): UpgradePlan['missing'] {
  const planned = parts.find(({ part }) => part === 'entities');
  if (!planned || planned.availability.available) return [];
  const { reason, remedy } = planned.availability;
  return [{ method: 'declarative', reason, remedy }];
}

/** By their first two numbers; negative when the first is the older one. */
function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.split('.').map((each) => Number.parseInt(each, 10) || 0));
  return ((one?.[0] ?? 0) - (other?.[0] ?? 0)) * 1000 + ((one?.[1] ?? 0) - (other?.[1] ?? 0));
}

/** What in the declarative files breaks on the way: of the target's verdict, what today's version does not say. */
async function findingsOf(
  { store, shipped }: BeforeUpgradeParts,
  snapshot: Manifest,
  to: string,
  context: OperationContext,
): Promise<UpgradeFindings[]> {
  const [facts, target] = await Promise.all([shipped.facts(snapshot.gateway.version), shipped.facts(to)]);
  const found: UpgradeFindings[] = [];
  for (const record of snapshot.parts.filter(({ kind }) => declarative.includes(kind))) {
    for (const { path } of record.files) {
      throwIfCancelled(context.signal, snapshot.id);
      context.report({ step: 'validate', subject: record.workspace ?? path });
      const text = new TextDecoder().decode(await store.read(snapshot.id, path, context.signal));
      const document = readDocument(text, text.trimStart().startsWith('{'));
      const how = { kind: kindOf(record), facts, crypto: nodeCrypto };
      const { diagnostics } = validateUpgrade(document, how, target);
      if (diagnostics.length === 0) continue;
      const { workspace, kind: part } = record;
      found.push({ part, ...(workspace !== undefined && { workspace }), path, diagnostics: diagnostics.map(shown) });
    }
  }
  return found;
}

const kindOf = ({ format }: PartRecord): 'deck' | 'dbless' => (format === 'deck' ? 'deck' : 'dbless');

function judged(
  { missing }: Pick<UpgradePlan, 'missing'>,
  snapshot: Manifest,
  verification: Verification | undefined,
  findings: readonly UpgradeFindings[],
): BeforeUpgradeReport['result'] {
  const breaks = findings.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
  if (breaks || verification?.result === 'damaged') return 'found';
  const isPartial = missing.length > 0 || !verification || resultOf(snapshot) === 'partial';
  return isPartial ? 'partial' : 'ok';
}

function remindersOf({ from, to }: Pick<UpgradePlan, 'from' | 'to'>, { id, parts, gateway }: Manifest): string[] {
  const hasDump = parts.some(({ kind }) => kind === 'database');
  return [
    ...(gateway.mode === 'dbless'
      ? []
      : [
          `"kong migrations up" and "kong migrations finish" can not be undone: after them, Kong ${from} does not start on this database any more.`,
        ]),
    `The way back from ${to}: change the gateway back to ${from} first, then bring ${id} back${hasDump ? ', the database first' : ''}: kong-backup recover ${id} ENVIRONMENT.`,
    'Change nothing in the gateway between this backup and the upgrade: it would not be in it.',
  ];
}
