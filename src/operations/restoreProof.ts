import type { Change, ChangeCounts, FieldChange } from '../core/change.js';
import type { Gap } from '../core/coverage.js';
import { shownValue } from '../core/secretFields.js';
import type { CheckChange } from '../core/smokeChecks.js';
import type { Proof, RestoreOutcome } from './restoreOutcome.js';
import type { RestorePlan, RestoreReport } from './restores.js';

/**
 * Why an entity is not what the snapshot says. `refused`: its change failed. `hashed`: a password that only its hash is known of.
 * `not-kept`: it was written, and the gateway keeps another value: a default, or a field that it computes. `since`: it was not
 * written by this restore.
 */
export type DifferenceReason = 'refused' | 'hashed' | 'not-kept' | 'since';

export interface ProvedEntity {
  workspace: string;
  kind: string;
  id: string;
  /** Absent in what is kept of an encrypted snapshot. */
  label?: string;
}

/** What a restore came to, to be kept and shown: no secret is in it. */
export interface RestoreProof {
  format: 1;
  /** ISO 8601. */
  at: string;
  /** `user@host` */
  by: string;
  snapshot: string;
  /** The journal. */
  restore?: string;
  resumed: boolean;
  undoes?: string;
  safetySnapshot?: string;
  environment: { name: string; adminUrl: string };
  versions: { tool: string; snapshotGateway: string; gateway: string };
  mode: string;
  proof: Proof;
  /** The environment's smoke checks before and after; absent where none were sent. */
  checks?: CheckChange[];
  written: (ChangeCounts & { workspace: string; kind: string })[];
  equal: number;
  /** Of consumer groups. */
  memberships: RestoreOutcome['memberships'];
  failed: (ProvedEntity & { action: string; reason?: string })[];
  differs: (ProvedEntity & { action: string; why: DifferenceReason; fields: (FieldChange | { path: string })[] })[];
  unread: Gap[];
  /** Differences that were not chosen. */
  left: number;
  warnings: { code: string; message: string }[];
  /** Milliseconds. */
  duration: number;
  durations: RestoreOutcome['durations'];
}

export interface ProofMaker {
  by: string;
  tool: string;
}

export function proofOfRestore(
  plan: RestorePlan,
  outcome: Omit<RestoreReport, 'document'>,
  { by, tool }: ProofMaker,
): RestoreProof {
  const { snapshot, environment, gateway, choice, left, resumes, undoes } = plan;
  const { safetySnapshot, restore, failed, remaining, proof, checks, equal, unread, warnings, written } = outcome;
  const refused = new Set(failed.map(({ change }) => nameOf(change)));
  const planned = new Set(plan.plan.workspaces.flatMap(({ changes }) => changes.map(nameOf)));
  const changes = remaining.workspaces.flatMap((workspace) => workspace.changes);
  return {
    format: 1,
    at: new Date().toISOString(),
    by,
    snapshot: snapshot.id,
    ...(restore !== undefined && { restore }),
    resumed: resumes !== undefined,
    ...(undoes !== undefined && { undoes }),
    ...(safetySnapshot !== undefined && { safetySnapshot }),
    environment: { name: environment.name, adminUrl: environment.adminUrl },
    versions: { tool, snapshotGateway: snapshot.gateway.version, gateway: gateway.version },
    mode: choice.mode,
    proof,
    ...(checks && { checks }),
    written,
    equal,
    memberships: outcome.memberships,
    failed: failed.map(({ change, reason }) => ({ ...entityOf(change), action: change.action, reason })),
    differs: changes.map((change) => ({
      ...entityOf(change),
      action: change.action,
      why: refused.has(nameOf(change))
        ? 'refused'
        : isHash(change)
          ? 'hashed'
          : planned.has(nameOf(change))
            ? 'not-kept'
            : 'since',
      fields: (change.fields ?? []).map(({ path, before, after }) => ({
        path,
        before: shownValue(change.kind, path, before),
        after: shownValue(change.kind, path, after),
      })),
    })),
    unread,
    left,
    warnings,
    duration: outcome.duration,
    durations: outcome.durations,
  };
}

const nameOf = ({ workspace, kind, id }: Change): string => `${workspace} ${kind} ${id}`;
const entityOf = ({ workspace, kind, id, label }: Change): ProvedEntity => ({ workspace, kind, id, label });

const hashes: Readonly<Record<string, string>> = {
  basicauth_credentials: 'password',
  oauth2_credentials: 'client_secret',
};

const isHash = ({ kind, fields = [] }: Change): boolean => fields.some(({ path }) => path === hashes[kind]);

/** So many entities are named in what is kept beside a snapshot: listings read it. */
const mostKept = 200;

/** What may be kept beside a snapshot. Of an encrypted one nothing that it holds: kinds, ids and names of fields only. */
export function keptProof(proof: RestoreProof, isEncrypted: boolean): RestoreProof {
  const short = { ...proof, failed: proof.failed.slice(0, mostKept), differs: proof.differs.slice(0, mostKept) };
  if (!isEncrypted) return short;
  return {
    ...short,
    failed: short.failed.map(({ label: _label, reason: _reason, ...rest }) => rest),
    differs: short.differs.map(({ label: _label, fields, ...rest }) => ({
      ...rest,
      fields: fields.map(({ path }) => ({ path })),
    })),
    warnings: short.warnings.map(({ code }) => ({ code, message: '' })),
    ...(short.checks && { checks: short.checks.map(withoutAnswers) }),
  };
}

/** What a check found wrong may quote what the gateway answered. */
const withoutAnswers = ({ before, after, ...check }: CheckChange): CheckChange => ({
  ...check,
  before: { ...before, problems: [] },
  after: { ...after, problems: [] },
});
