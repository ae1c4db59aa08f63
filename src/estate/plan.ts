import type { Change, WorkspacePlan } from '../core/change.js';
import { isObject, type JsonObject } from '../core/json.js';
import { withDefaults } from '../schema/defaults.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';
import type { Entity } from './entity.js';
import { fieldChanges } from './fieldChanges.js';
import { type KeptChange, keepParents } from './keepParents.js';
import { labelOfEntity } from './label.js';
import { matchEntities, type Pair } from './match.js';
import { referencedId } from './naturalKey.js';
import { comparablePair, computedFields, fieldsOfKind, unsureFields, withoutComputed } from './normalise.js';
import { orderChanges } from './order.js';
import { isPasswordHash } from './passwordHash.js';
import { sha1 } from './sha1.js';
import { entityKind } from './kinds.js';

export interface PlanRequest {
  workspace: string;
  /** False when the gateway has no such workspace yet. */
  exists: boolean;
  desired: readonly Entity[];
  /** All that the workspace has, whatever its tags: what is not selected can still be in the way. */
  live: readonly Entity[];
  facts: SchemaFacts;
  /** Live entities without all of these tags are never deleted. */
  selectTags?: readonly string[];
  /** Only what has all of these tags, as it is or as it should be, is changed at all. */
  boundTags?: readonly string[];
  /** What the workspace has and this plan is not about: it may refer to what would be deleted. */
  bystanders?: readonly Entity[];
  /** Kinds that the gateway did not show: what they may refer to is not deleted. */
  unread?: ReadonlySet<string>;
  /** Whether an entity is not to be deleted. */
  never?(kind: string, id: string): boolean;
  /** True for a comparison: it shows what is too much, even where a restore would keep it. */
  keepNothing?: boolean;
  /** True where the desired side lacks fields it does not know: what it does not name stays, instead of its default. */
  lacksFields?: boolean;
}

/** A plan, and what was left out of it. */
export interface PlannedWorkspace extends WorkspacePlan {
  kept: KeptChange[];
  /** How many changes `boundTags` alone left out. */
  leftOut: number;
  /** How many entities keep an id that is not the desired one. */
  otherIds: number;
}

/**
 * What has to change for `live` to become `desired`: compared by meaning, not by text, and in an order in which every
 * step can be applied. An entity known under another id keeps the gateway's, and every reference follows. Nothing is deleted
 * that something refers to which stays. Whether entities of the whole gateway may be deleted is for the caller to know.
 */
export function planWorkspace(request: PlanRequest): PlannedWorkspace {
  const { workspace, exists, desired, live, facts, selectTags = [], boundTags = [] } = request;
  const { pairs, unwanted, otherIds } = matchEntities(desired, live, facts);
  const labels = labelsOf(pairs, live);
  const isBound = scopeOf([...live, ...pairs.map(entityOf)], boundTags);
  const changes: Change[] = [];
  let [unchanged, leftOut] = [0, 0];
  for (const pair of pairs) {
    const { kind } = pair.kind;
    const change = changeOf(request.lacksFields ? withLiveFields(pair) : pair, facts, workspace, labels);
    if (!change) unchanged++;
    else if (!isBound(kind, pair.desired) && !(pair.live && isBound(kind, pair.live))) leftOut++;
    else changes.push(change);
  }
  const selected = scopeOf(live, selectTags);
  for (const { kind, fields } of unwanted) {
    if (!selected(kind, fields)) continue;
    const id = String(fields['id']);
    if (isBound(kind, fields)) {
      changes.push({ action: 'delete', workspace, kind, label: labels(kind, fields), id, before: fields });
    } else leftOut++;
  }
  const { bystanders = [], unread = new Set<string>(), never = () => false } = request;
  if (request.keepNothing) {
    return { workspace, exists, changes: orderChanges(changes, facts), unchanged, kept: [], leftOut, otherIds };
  }
  const whole = keepParents(changes, { live: [...live, ...bystanders], unread, never, facts });
  return {
    workspace,
    exists,
    changes: orderChanges(whole.changes, facts),
    unchanged,
    kept: whole.kept,
    leftOut,
    otherIds,
  };
}

const entityOf = ({ kind: { kind }, desired }: Pair): Entity => ({ kind, fields: desired });

/** What the desired side does not name is wanted as it is. */
const withLiveFields = (pair: Pair): Pair => ({ ...pair, desired: { ...pair.live, ...pair.desired } });

function changeOf(pair: Pair, facts: SchemaFacts, workspace: string, labels: Labels): Change | undefined {
  const { desired, live } = pair;
  const { kind } = pair.kind;
  const id = String(desired['id']);
  if (!live) {
    const label = labels(kind, desired);
    return { action: 'create', workspace, kind, label, id, after: finalForm(facts, kind, desired) };
  }
  const known = fieldsOfKind(facts, kind, live);
  const unsure = unsureFields(live, desired, known, computedFields(kind));
  if (unsure.length === 0) return undefined;
  const wanted = samePassword(kind, desired, live) ? { ...desired, password: live['password'] ?? null } : desired;
  const fields = fieldChanges(...comparablePair(facts, kind, [live, wanted], known, unsure));
  if (fields.length === 0) return undefined;
  let after: JsonObject | undefined;
  return {
    action: 'update',
    workspace,
    kind,
    label: labels(kind, desired),
    id,
    before: live,
    // Of many changes few are looked at as a whole.
    get after() {
      return (after ??= finalForm(facts, kind, wanted));
    },
    fields,
  };
}

/**
 * A password in clear may be the one that the gateway keeps the hash of. What looks like a hash is one, from a dump: if the
 * gateway has the hash of that, somebody wrote it back and the login is broken.
 */
export function samePassword(kind: string, desired: JsonObject, live: JsonObject): boolean {
  const { password } = desired;
  const consumer = referencedId(live['consumer']);
  if (kind !== 'basicauth_credentials' || typeof password !== 'string' || consumer === undefined) return false;
  return !isPasswordHash(password) && sha1(password + consumer) === live['password'];
}

/** The entity as it will be. A null stays only where it says something: where absent would mean a default. */
export function finalForm(facts: SchemaFacts, kind: string, desired: JsonObject): JsonObject {
  const given = withoutComputed(kind, desired);
  const filled = withDefaults(facts, kind, given, { nulls: false });
  return withTellingNulls(filled, given, fieldsOfKind(facts, kind, given));
}

function withTellingNulls(filled: JsonObject, given: JsonObject, known: Record<string, FieldFacts>): JsonObject {
  const result = { ...filled };
  for (const [name, value] of Object.entries(given)) {
    const facts = known[name];
    const inner = result[name];
    if (value === null && (facts?.default ?? null) !== null) result[name] = null;
    else if (facts?.fields && isObject(value) && isObject(inner)) {
      result[name] = withTellingNulls(inner, value, facts.fields);
    }
  }
  return result;
}

type Labels = (kind: string, fields: JsonObject) => string;

function labelsOf(pairs: readonly Pair[], live: readonly Entity[]): Labels {
  const fieldsById = new Map<string, Entity>();
  for (const entity of live) fieldsById.set(String(entity.fields['id']), entity);
  for (const { kind, desired } of pairs) fieldsById.set(String(desired['id']), { kind: kind.kind, fields: desired });
  const labelOf = (id: string): string | undefined => {
    const entity = fieldsById.get(id);
    return entity && labelOfEntity(entity, () => undefined);
  };
  return (kind, fields) => labelOfEntity({ kind, fields }, labelOf);
}

/** Whether an entity has all the tags; a membership has its consumer's, as it is or as it should be. */
function scopeOf(entities: readonly Entity[], tags: readonly string[]): (kind: string, fields: JsonObject) => boolean {
  if (tags.length === 0) return () => true;
  const hasAll = ({ tags: own }: JsonObject): boolean => Array.isArray(own) && tags.every((tag) => own.includes(tag));
  const consumers = new Set<string>();
  for (const { kind, fields } of entities) {
    if (kind === 'consumers' && hasAll(fields)) consumers.add(String(fields['id']));
  }
  return (kind, fields) =>
    entityKind(kind).untagged === true ? consumers.has(referencedId(fields['consumer']) ?? '') : hasAll(fields);
}
