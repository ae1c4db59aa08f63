import { isObject } from '../core/json.js';
import type { Json, JsonObject } from '../core/json.js';
import { entityAcceptor, type EntityReading } from '../schema/accept/entityAcceptor.js';
import { majorOf } from '../schema/major.js';
import type { ValidateOptions } from '../schema/validate.js';
import type { CheckInput } from './checks/check.js';
import { referredName } from './entityIndex.js';
import { deckExtraKeys, dblessExtraKeys } from './keys.js';
import type { Entity } from './model.js';

/** Tells entities that the schema surely has nothing against, as they are written: most are, and need no closer look. */
export function soundEntities(input: CheckInput): (entity: Entity) => boolean {
  const known = new Map<string, Map<string, (value: JsonObject) => boolean>>();
  const isDbless = input.kind === 'dbless';
  const forbids = ({ name }: JsonObject, scope: string): boolean =>
    typeof name === 'string' && input.facts.plugins[name]?.fields[scope]?.eq === null;
  return ({ kind, parent, value }) => {
    if (kind === 'plugins' && (value['partials'] || (parent && !isDbless && forbids(value, parent.field))))
      return false;
    const field = parent?.field ?? '';
    let byParent = known.get(kind);
    if (!byParent) known.set(kind, (byParent = new Map<string, (value: JsonObject) => boolean>()));
    let accepts = byParent.get(field);
    if (!accepts) {
      const judge = acceptorFor(kind, parent?.field, input);
      byParent.set(field, (accepts = kind === 'plugins' ? onceOfEach(judge) : judge));
    }
    return accepts(value);
  };
}

/** Files say the same plugins again and again, and readers make one value of what is written alike. */
function onceOfEach(accepts: (value: JsonObject) => boolean): (value: JsonObject) => boolean {
  const accepted = new Set<JsonObject>();
  return (value) => {
    if (accepted.has(value)) return true;
    const isSound = accepts(value);
    if (isSound) accepted.add(value);
    return isSound;
  };
}

function acceptorFor(kind: string, parent: string | undefined, input: CheckInput): (value: JsonObject) => boolean {
  const isDeck = input.kind === 'deck';
  // What the file fills in everywhere is looked at closely.
  if (isDeck && hasDefaults(input.value)) return () => false;
  if (isMigrated(kind, input)) return () => false;
  const options: ValidateOptions = {
    as: 'declarative',
    dbless: !isDeck,
    ...(parent !== undefined && { parent }),
    ...(input.crypto && { crypto: input.crypto }),
  };
  return entityAcceptor(
    input.facts,
    kind,
    options,
    isDeck ? deckReading(kind, parent) : dblessReading(kind, parent, input),
  );
}

/** From 3.0 on a DB-less gateway rewrites the paths of routes in a file of an older format before it looks at them. */
export function isMigrated(
  kind: string,
  { kind: format, facts, value }: Pick<CheckInput, 'kind' | 'facts' | 'value'>,
): boolean {
  const version = value['_format_version'];
  return (
    kind === 'routes' && format === 'dbless' && majorOf(facts.version) >= 3 && (version === '1.1' || version === '2.1')
  );
}

const hasDefaults = ({ _info: info }: JsonObject): boolean => isObject(info) && info['defaults'] !== undefined;

/** decK leaves out what is null and what is its own, and turns references to names. A plugin's shared configuration it merges. */
const deckReading = (kind: string, parent: string | undefined): EntityReading => ({
  nullsAbsent: true,
  ignored: parent === undefined ? [] : [parent],
  tolerated: (deckExtraKeys[kind] ?? []).filter((key) => key !== '_config'),
  reference: isReference,
});

const isReference = (value: Json): boolean => {
  const name = referredName(value);
  return name !== undefined && name !== '';
};

/** An entity inside another refers to no further one. */
const dblessReading = (kind: string, parent: string | undefined, { index }: CheckInput): EntityReading => ({
  ignored: [...dblessExtraKeys, ...(parent === undefined ? [] : index.references(kind).map(([field]) => field))],
});
