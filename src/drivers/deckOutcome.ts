import type { Change, WorkspacePlan } from '../core/change.js';
import type { FailedChange } from '../core/driver.js';
import { isObject } from '../core/json.js';
import { parseFailure, type DeckEvent, type DeckReport } from './deckOutput.js';

/** decK's words for kinds; those not listed are the kind without its plural and with hyphens. */
const deckKinds: Readonly<Record<string, string>> = {
  acls: 'acl-group',
  basicauth_credentials: 'basic-auth',
  hmacauth_credentials: 'hmac-auth',
  jwt_secrets: 'jwt-auth',
  keyauth_credentials: 'key-auth',
  mtls_auth_credentials: 'mtls-auth',
  oauth2_credentials: 'oauth2-cred',
};

export interface DeckOutcome {
  failed: FailedChange[];
  /** Errors that belong to no change of the plan. */
  otherErrors: string[];
}

/**
 * What became of each change of a plan, from what a sync said. decK stops at its first error, so a change that it did not
 * mention was not made. By id where the report has ids, else by kind and name.
 */
export function judgeOutcome(plan: WorkspacePlan, report: DeckReport): DeckOutcome {
  if (report.errors.length === 0) return { failed: [], otherErrors: [] };
  const events = new EventIndex(report.events);
  const outcome: DeckOutcome = { failed: [], otherErrors: [] };
  const open = new Set(plan.changes);
  for (const error of report.errors) {
    const failure = parseFailure(error);
    const event = failure && events.takeNamed(failure);
    const change = failure && find(open, { ...failure, ...event });
    if (!change) {
      outcome.otherErrors.push(error);
      continue;
    }
    open.delete(change);
    outcome.failed.push({ change, reason: failure.reason });
  }
  const reason = `Not tried: decK stopped at an error before (${report.errors[0]}).`;
  for (const change of open) {
    if (!events.takeFor(change)) outcome.failed.push({ change, reason });
  }
  return outcome;
}

/** Events not accounted for yet. */
class EventIndex {
  private readonly open: Map<string, DeckEvent[]> = new Map();

  constructor(events: readonly DeckEvent[]) {
    for (const event of events) {
      const key = `${event.action} ${event.kind}`;
      this.open.set(key, [...(this.open.get(key) ?? []), event]);
    }
  }

  takeNamed({ action, kind, name }: DeckEvent): DeckEvent | undefined {
    return this.take(`${action} ${kind}`, (event) => event.name === name);
  }

  takeFor(change: Change): DeckEvent | undefined {
    return this.take(`${change.action} ${deckKind(change.kind)}`, (event) => isAbout(event, change));
  }

  private take(key: string, fits: (event: DeckEvent) => boolean): DeckEvent | undefined {
    const events = this.open.get(key) ?? [];
    const index = events.findIndex(fits);
    return index < 0 ? undefined : events.splice(index, 1)[0];
  }
}

function find(changes: ReadonlySet<Change>, event: DeckEvent): Change | undefined {
  for (const change of changes) {
    if (change.action === event.action && deckKind(change.kind) === event.kind && isAbout(event, change)) return change;
  }
  return undefined;
}

function isAbout(event: DeckEvent, change: Change): boolean {
  if (event.id !== undefined) return event.id === change.id;
  const [, name = '', owner] =
    /^(.*?)(?: for (service|route|consumer|upstream|consumer-group) .*| \((global)\))?$/.exec(
      event.name,
    ) as unknown as [string, string, string | undefined];
  if (change.kind === 'plugins' && !isScopedBy(change, owner)) return false;
  return namesOf(change).some((candidate) => candidate === name || endsAs(candidate, name));
}

/** Two plugins of a name are told apart by what they are for. */
function isScopedBy({ before, after }: Change, owner: string | undefined): boolean {
  const fields = after ?? before ?? {};
  const scopes = ['service', 'route', 'consumer', 'consumer_group'].filter((scope) => isObject(fields[scope]));
  return owner === undefined || (owner === 'global' ? scopes.length === 0 : scopes.includes(owner.replace('-', '_')));
}

/** decK shows only the end of a key. */
const endsAs = (key: string, shown: string): boolean => shown.length >= 4 && shown.length <= 5 && key.endsWith(shown);

function namesOf({ id, before, after }: Change): string[] {
  const fields = after ?? before ?? {};
  const { name, username, custom_id, group, key, kid, target, prefix } = fields;
  return [id, name, username, custom_id, group, key, kid, target, prefix].filter((value) => typeof value === 'string');
}

function deckKind(kind: string): string {
  return deckKinds[kind] ?? kind.replace(/s$/, '').replaceAll('_', '-');
}
