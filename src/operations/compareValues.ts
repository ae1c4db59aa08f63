import type { Change, FieldChange } from '../core/change.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Entity } from '../estate/entity.js';
import { labelOfEntity } from '../estate/label.js';
import { finalForm } from '../estate/plan.js';
import type { OwnText, ValueChange } from '../estate/valueChanges.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { DeckText } from './compareContent.js';

export interface ValueChanges {
  changes: Change[];
  /** Of how many the values are only written in another way. */
  equal: number;
}

/** What stands before the lists and counts for all that is in them. */
const heads = ['_format_version', '_workspace', '_info', '_plugin_configs'];

/**
 * Entities of which values differ, their fields and names read in one go. The whole of each is read when it is asked for.
 * @returns undefined where that can't be read quickly.
 */
export function changesOfValues(
  values: readonly ValueChange[],
  [before, after]: readonly [DeckText, DeckText],
  workspace: string,
  facts: SchemaFacts,
): ValueChanges | undefined {
  if (values.length === 0) return { changes: [], equal: 0 };
  const read = readAll(values, before);
  if (!read) return undefined;
  const [wholeBefore, wholeAfter] = [entityReader(before), entityReader(after)];
  const changes: Change[] = [];
  let at = 0;
  for (const [index, value] of values.entries()) {
    const fields: FieldChange[] = [];
    for (const { path } of value.lines) {
      const [was = null, is = null] = [read.before[at], read.after[at]];
      at++;
      if (was === null || is === null || typeof was === 'object' || typeof is === 'object') return undefined;
      if (was !== is) fields.push({ path: path.join('.'), before: was, after: is });
    }
    if (fields.length === 0) continue;
    fields.sort((a, b) => (a.path < b.path ? -1 : 1));
    const names = read.names[index];
    const parent = value.parent && { [value.parent.field]: { id: read.parents[index] ?? '' } };
    if (!isObject(names) || typeof names['id'] !== 'string') return undefined;
    const { id } = names;
    const whole = (text: OwnText, reader: EntityReader): JsonObject => ({ ...reader(text, id), ...parent });
    const own = { kind: value.before.kind, fields: { ...names, ...parent } };
    const label = labelOfEntity(own, (parentId) => read.labels.get(parentId));
    changes.push(
      changeOf({ workspace, kind: own.kind, label, id }, fields, {
        before: () => whole(value.before, wholeBefore),
        after: () => finalForm(facts, own.kind, whole(value.after, wholeAfter)),
      }),
    );
  }
  return { changes, equal: values.length - changes.length };
}

function changeOf(
  what: Pick<Change, 'workspace' | 'kind' | 'label' | 'id'>,
  fields: FieldChange[],
  read: { before(): JsonObject; after(): JsonObject },
): Change {
  const { workspace, kind, label, id } = what;
  let [before, after]: (JsonObject | undefined)[] = [];
  return {
    action: 'update',
    workspace,
    kind,
    label,
    id,
    get before() {
      return (before ??= read.before());
    },
    get after() {
      return (after ??= read.after());
    },
    fields,
  };
}

interface ReadValues {
  /** One a change. */
  names: Json[];
  /** One a change: its parent's id. */
  parents: (string | undefined)[];
  /** By the ids of parents. */
  labels: Map<string, string>;
  /** One a line. */
  before: Json[];
  after: Json[];
}

function readAll(values: readonly ValueChange[], { parse }: DeckText): ReadValues | undefined {
  const itemOf = (names: readonly string[]): string => `- ${names.join('\n  ')}\n`;
  const parents = [...new Set(values.flatMap(({ parent }) => (parent ? [parent.names] : [])))];
  const lines = values.flatMap((value) => value.lines);
  const lists = {
    names: values.map(({ names }) => itemOf(names)),
    parents: parents.map(itemOf),
    before: lines.map(({ before }) => `- ${before}\n`),
    after: lines.map(({ after }) => `- ${after}\n`),
  };
  const text = Object.entries(lists).flatMap(([key, items]) => (items.length > 0 ? [`${key}:\n`, ...items] : []));
  const read = parse(text.join(''));
  const listOf = (key: string): Json[] => (Array.isArray(read?.[key]) ? read[key] : []);
  if (!read || Object.entries(lists).some(([key, { length }]) => listOf(key).length !== length)) return undefined;
  const ids = new Map<readonly string[], string>();
  const labels = new Map<string, string>();
  for (const [index, fields] of listOf('parents').entries()) {
    if (!isObject(fields) || typeof fields['id'] !== 'string') return undefined;
    ids.set(parents[index] ?? [], fields['id']);
    labels.set(
      fields['id'],
      labelOfEntity({ kind: '', fields }, () => undefined),
    );
  }
  const parentOf = ({ parent }: ValueChange): string | undefined => parent && ids.get(parent.names);
  return {
    names: listOf('names'),
    parents: values.map(parentOf),
    labels,
    before: listOf('before'),
    after: listOf('after'),
  };
}

type EntityReader = (text: OwnText, id: string) => JsonObject;

/** Reads one entity as it is read with all others. */
function entityReader({ scanned, read }: DeckText): EntityReader {
  let head: string | undefined;
  return ({ kind, column, text }, id) => {
    const { text: all = '', entries } = scanned() ?? {};
    head ??= heads.map((name) => all.slice(entries?.get(name)?.start ?? 0, entries?.get(name)?.end ?? 0)).join('');
    const item = `${text.slice(0, column - 2)}-${text.slice(column - 1)}`;
    const entities = read(`${head}${kind}:\n${item}`);
    return entities.find((entity: Entity) => entity.kind === kind && entity.fields['id'] === id)?.fields ?? { id };
  };
}
