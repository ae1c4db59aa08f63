import type { Change, ChangeCounts } from '../core/change.js';
import type { MovedEntity } from '../core/driver.js';
import { KongBackupError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/json.js';
import { shownValue } from '../core/secretFields.js';
import { fieldChanges } from '../estate/fieldChanges.js';
import { comparable } from '../estate/normalise.js';
import type { SchemaFacts } from '../schema/facts.js';

/** So many are named; the error itself has all of them. */
const mostNamed = 3;
const mostFields = 5;
const longestValue = 60;

/** Both sides come from one gateway in one form: no schema is needed to compare them. */
const noFacts: SchemaFacts = { version: '', entities: {}, plugins: {} };

/** A restore that stopped at entities which somebody else wrote since the plan was made. Code `gateway-changed`. */
export class GatewayChanged extends KongBackupError {
  constructor(
    readonly moved: readonly MovedEntity[],
    { environment, applied, wayBack }: { environment: string; applied: ChangeCounts; wayBack: string },
  ) {
    const { creates, updates, deletes } = applied;
    const written = `${creates} created, ${updates} updated and ${deletes} deleted before that.`;
    const others = moved.length > mostNamed ? ` And ${moved.length - mostNamed} more.` : '';
    super('gateway-changed', {
      place: environment,
      reason: `${moved.slice(0, mostNamed).map(movedText).join(' ')}${others} It was left as it is; ${written}`,
      remedy: `Plan again and look at what is different now. ${wayBack}`,
    });
  }
}

/** What changed, secrets masked. */
function movedText({ change, now }: MovedEntity): string {
  const name = `${change.kind} "${change.label}" of ${change.workspace}`;
  if (!now) return `${name} was deleted by somebody else.`;
  if (change.action === 'create') return `${name} is there already: somebody else made it, as ${String(now['id'])}.`;
  if (now['id'] !== change.id)
    return `What ${name} is to be called is taken by ${String(now['id'])}, made by somebody else.`;
  return `${name} was changed by somebody else: ${fieldsText(change, now)}.`;
}

function fieldsText({ kind, before = {} }: Change, now: JsonObject): string {
  const fields = fieldChanges(comparable(noFacts, kind, before), comparable(noFacts, kind, now));
  const shown = (path: string, value: Json): string => {
    const text = JSON.stringify(shownValue(kind, path, value));
    return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
  };
  const texts = fields
    .slice(0, mostFields)
    .map(({ path, before: was, after: is }) => `${path} ${shown(path, was)} → ${shown(path, is)}`);
  return [...texts, ...(fields.length > mostFields ? [`${fields.length - mostFields} more`] : [])].join(', ');
}
