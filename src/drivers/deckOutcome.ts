import type { Action, Change, WorkspacePlan } from '../core/change.js';
import type { FailedChange } from '../core/driver.js';
import { isObject } from '../core/json.js';
import { parseFailure, type DeckReport } from './deckOutput.js';

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
 * mention was not made.
 */
export function judgeOutcome(plan: WorkspacePlan, report: DeckReport): DeckOutcome {
  const outcome: DeckOutcome = { failed: [], otherErrors: [] };
  if (report.errors.length === 0) return outcome;
  const changes = new ChangesByName(plan.changes);
  const announced = new Map(report.events.map((event) => [keyOf(event), event]));
  const failed = new Set<string>();
  for (const error of report.errors) {
    const failure = parseFailure(error);
    const change = failure && changes.take(announced.get(keyOf(failure)) ?? failure);
    if (failure) failed.add(keyOf(failure));
    if (change) outcome.failed.push({ change, reason: failure.reason });
    else outcome.otherErrors.push(error);
  }
  // What failed was announced too, and is accounted for.
  for (const event of report.events) {
    if (!failed.delete(keyOf(event))) changes.take(event);
  }
  const reason = `Not tried: decK stopped at an error before (${report.errors[0]}).`;
  for (const change of changes.left()) outcome.failed.push({ change, reason });
  return outcome;
}

const keyOf = ({ action, kind, name }: Named): string => `${action} ${kind} ${name}`;

interface Named {
  action: Action;
  kind: string;
  name: string;
  id?: string;
}

/** Changes not accounted for yet, found as decK calls them. */
class ChangesByName {
  private readonly open: Set<Change>;
  private readonly byName = new Map<string, Change[]>();

  constructor(changes: readonly Change[]) {
    this.open = new Set(changes);
    for (const change of changes) {
      for (const name of namesOf(change)) {
        const key = `${change.action} ${deckKind(change.kind)} ${name}`;
        const alike = this.byName.get(key);
        if (alike) alike.push(change);
        else this.byName.set(key, [change]);
      }
    }
  }

  take({ action, kind, name, id }: Named): Change | undefined {
    const { short, owner } = splitName(name);
    const alike = this.byName.get(`${action} ${kind} ${id ?? short}`) ?? [];
    const found = alike.find((change) => this.open.has(change) && isScopedBy(change, owner));
    if (found) this.open.delete(found);
    return found;
  }

  left(): Iterable<Change> {
    return this.open;
  }
}

/** "cors for route r1", "cors (global)", "10.0.0.1:80 for upstream u". */
function splitName(name: string): { short: string; owner?: string } {
  const match = /^(.*?)(?: for (service|route|consumer|upstream|consumer-group) .*| \((global)\))$/.exec(name);
  if (!match) return { short: name };
  const [, short = '', owner, everywhere] = match;
  return { short, owner: owner ?? everywhere ?? '' };
}

/** Two plugins of a name are told apart by what they are for. */
function isScopedBy({ kind, before, after }: Change, owner: string | undefined): boolean {
  if (kind !== 'plugins' || owner === undefined) return true;
  const fields = after ?? before ?? {};
  const scopes = ['service', 'route', 'consumer', 'consumer_group'].filter((scope) => isObject(fields[scope]));
  return owner === 'global' ? scopes.length === 0 : scopes.includes(owner.replace('-', '_'));
}

/** Everything that decK may call it: of a key it shows the end only. */
function namesOf({ id, before, after }: Change): Set<string> {
  const fields = after ?? before ?? {};
  const { name, username, custom_id, group, key, kid, target, prefix } = fields;
  const names = [id, name, username, custom_id, group, key, kid, target, prefix];
  const texts = names.filter((value): value is string => typeof value === 'string');
  return new Set(typeof key === 'string' ? [...texts, key.slice(-5)] : texts);
}

function deckKind(kind: string): string {
  return deckKinds[kind] ?? kind.replace(/s$/, '').replaceAll('_', '-');
}
