import type { Change } from '../core/change.js';
import type { MovedEntity } from '../core/driver.js';
import { isKongBackupError } from '../core/errors.js';
import { isObject, type JsonObject } from '../core/json.js';
import { membership } from '../estate/deckNames.js';
import { fieldChanges } from '../estate/fieldChanges.js';
import { entityKind, workspaceKind } from '../estate/kinds.js';
import { comparable } from '../estate/normalise.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import type { Collection } from './adminApiKinds.js';
import { homeOf } from './adminApiWrites.js';

/** Both sides come from one gateway in one form: no schema is needed to compare them. */
const noFacts: SchemaFacts = { version: '', entities: {}, plugins: {} };

export interface Look {
  client: GatewayClient;
  collection: Collection;
  workspace: string;
  signal: AbortSignal;
}

/**
 * Looks at an entity right before it is written. One that is to be deleted and is gone is no surprise.
 * @returns undefined when it is what the plan saw. @throws KongBackupError `gateway-*`.
 */
export async function lookForMove(look: Look, change: Change): Promise<MovedEntity | undefined> {
  const { kind, action, before, id } = change;
  // Nothing is in a membership but the two that it joins, and the gateway deletes no workspace that is not empty.
  if (action === 'create' || !before || kind === membership || kind === workspaceKind) return undefined;
  const now = await read(look, `${homeOf(look.collection, before)}/${id}`);
  if (now === 'unknown' || (now === undefined && action === 'delete')) return undefined;
  if (now === undefined) return { change };
  const moved = fieldChanges(comparable(noFacts, kind, before), comparable(noFacts, kind, now));
  return moved.length === 0 ? undefined : { change, now };
}

/**
 * Why a gateway answered 409. `same`: what was to be created is there just so, perhaps by the same request sent before.
 * @returns what stands in the way, as far as it can be found.
 */
export async function lookForHolder(look: Look, change: Change): Promise<MovedEntity | 'same' | undefined> {
  const { kind, id, after } = change;
  if (!after || kind === membership) return undefined;
  const home = homeOf(look.collection, after);
  const own = change.action === 'create' ? await read(look, `${home}/${id}`) : undefined;
  if (isObject(own)) return holds(kind, own, after) ? 'same' : { change, now: own };
  if (look.collection.under) return undefined;
  for (const key of entityKind(kind).keys) {
    const value = key.length === 1 ? after[key[0] ?? ''] : undefined;
    // An entity is found by its name or its id only: by another value the gateway finds nothing.
    if (typeof value !== 'string' || value === '') continue;
    const holder = await read(look, `${home}/${encodeURIComponent(value)}`);
    if (isObject(holder) && holder['id'] !== id) return { change, now: holder };
  }
  return undefined;
}

/** Whether an entity is what was sent, beside what the gateway adds. */
function holds(kind: string, now: JsonObject, sent: JsonObject): boolean {
  const [is, wanted] = [comparable(noFacts, kind, now), comparable(noFacts, kind, sent)];
  const named = Object.fromEntries(Object.entries(is).filter(([name]) => name in wanted));
  return fieldChanges(named, wanted).length === 0;
}

/** `unknown`: the gateway does not show single entities at this address. */
async function read({ client, workspace, signal }: Look, address: string): Promise<JsonObject | 'unknown' | undefined> {
  try {
    const { status, body } = await client.request('GET', address, { workspace, signal });
    return status === 404 || !isObject(body) ? undefined : body;
  } catch (error) {
    if (isKongBackupError(error, 'gateway-rejected') || isKongBackupError(error, 'gateway-read-only-mode')) {
      return 'unknown';
    }
    throw error;
  }
}
