import type { Change, FieldChange } from '../core/change.js';
import type { Json, JsonObject } from '../core/json.js';
import type { Entity } from '../estate/entity.js';
import { ownText } from '../estate/itemText.js';
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
 * Entities of which values differ: those values and what the entities are called are read. The whole of each is read when it is
 * asked for.
 * @returns undefined where that can't be read by itself.
 */
export function changesOfValues(
  values: readonly ValueChange[],
  [before, after]: readonly [DeckText, DeckText],
  workspace: string,
  facts: SchemaFacts,
): ValueChanges | undefined {
  const known = new KnownNames(before.parse);
  const [wholeBefore, wholeAfter] = [entityReader(before), entityReader(after)];
  const reader: WholeReader = {
    before: (value, id) => wholeBefore(value.before, id),
    after: (value, id, parent) => finalForm(facts, value.after.kind, { ...wholeAfter(value.after, id), ...parent }),
  };
  const changes: Change[] = [];
  for (const value of values) {
    const fields = fieldsOf(value, before.parse);
    if (!fields) return undefined;
    if (fields.length === 0) continue;
    const names = known.of(value.names);
    const parentNames = value.parent && known.of(value.parent.names);
    if (!names || (value.parent && !parentNames)) return undefined;
    const { kind } = value.before;
    const parent = value.parent && { [value.parent.field]: { id: parentNames?.id ?? '' } };
    const label = labelOfEntity({ kind, fields: parent ? { ...names, ...parent } : names }, known.labelOf);
    changes.push(new ValuesChange(workspace, kind, label, names.id, fields, { value, parent, reader }));
  }
  return { changes, equal: values.length - changes.length };
}

/** What differs. @returns undefined where a value is none that stands by itself. */
function fieldsOf({ lines }: ValueChange, parse: DeckText['parse']): FieldChange[] | undefined {
  const fields: FieldChange[] = [];
  for (const line of lines) {
    const [before = null, after = null] = [scalarOf(line.before, parse), scalarOf(line.after, parse)];
    if (before === null || after === null || typeof before === 'object' || typeof after === 'object') return undefined;
    if (before !== after) fields.push({ path: line.path.join('.'), before, after });
  }
  return fields.sort((a, b) => (a.path < b.path ? -1 : 1));
}

type Names = JsonObject & { id: string };

/** What entities are called, each with one id, made for those that have none. */
class KnownNames {
  private readonly byLines = new Map<readonly string[], Names>();
  private readonly labels = new Map<string, string>();

  constructor(private readonly parse: DeckText['parse']) {}

  /** @param lines each `key: value`; always the same ones for an entity. */
  of(lines: readonly string[]): Names | undefined {
    const known = this.byLines.get(lines);
    if (known) return known;
    const fields: JsonObject = {};
    for (const line of lines) {
      const cut = line.indexOf(': ');
      const value = scalarOf(line.slice(cut + 2), this.parse);
      if (value === undefined) return undefined;
      fields[line.slice(0, cut)] = value;
    }
    const { id } = fields;
    const names = { ...fields, id: typeof id === 'string' && id !== '' ? id : crypto.randomUUID() };
    this.byLines.set(lines, names);
    this.labels.set(
      names.id,
      labelOfEntity({ kind: '', fields: names }, () => undefined),
    );
    return names;
  }

  readonly labelOf = (id: string): string | undefined => this.labels.get(id);
}

const whole = /^(?:0|-?[1-9][0-9]{0,14})$/;
/** What YAML of no version takes for anything but a text. */
const word = /^(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[A-Za-z_/][A-Za-z0-9_/.-]*$/i;
/** Texts in all of YAML's versions, though they begin with a digit or hold a colon: ids, and the targets of upstreams. */
const idOrTarget =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z][A-Za-z0-9_.-]*:[0-9]+|(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]+)?)$/;
const quoted = /^(?:"[ !#-[\]-~]*"|'[ -&(-~]*')$/;

/** A value that stands on one line. Most are of few shapes, and need no parser. */
function scalarOf(text: string, parse: DeckText['parse']): Json | undefined {
  if (whole.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (word.test(text) || idOrTarget.test(text)) return text;
  if (quoted.test(text)) return text.slice(1, -1);
  return parse(`value: ${text}\n`)?.['value'];
}

/** How the whole of an entity is read, on either side. */
interface WholeReader {
  before(value: ValueChange, id: string): JsonObject;
  after(value: ValueChange, id: string, parent: JsonObject | undefined): JsonObject;
}

interface ToRead {
  value: ValueChange;
  parent: JsonObject | undefined;
  reader: WholeReader;
}

/** The whole is read when it is asked for. A class: getters of each object's own would cost more than all else it has. */
class ValuesChange implements Change {
  readonly action = 'update';
  readonly #toRead: ToRead;
  #before: JsonObject | undefined;
  #after: JsonObject | undefined;

  constructor(
    readonly workspace: string,
    readonly kind: string,
    readonly label: string,
    readonly id: string,
    readonly fields: FieldChange[],
    toRead: ToRead,
  ) {
    this.#toRead = toRead;
  }

  get before(): JsonObject {
    const { value, parent, reader } = this.#toRead;
    return (this.#before ??= { ...reader.before(value, this.id), ...parent });
  }

  get after(): JsonObject {
    const { value, parent, reader } = this.#toRead;
    return (this.#after ??= reader.after(value, this.id, parent));
  }
}

type EntityReader = (text: OwnText, id: string) => JsonObject;

/** Reads one entity as it is read with all others. */
function entityReader({ scanned, read }: DeckText): EntityReader {
  let head: string | undefined;
  return ({ kind, column, text }, id) => {
    const { text: all = '', entries } = scanned() ?? {};
    head ??= heads.map((name) => all.slice(entries?.get(name)?.start ?? 0, entries?.get(name)?.end ?? 0)).join('');
    const [blanks, rest] = [text.slice(0, column - 2), text.slice(column - 1)];
    // Children that stand in it are entities of their own.
    const own = ownText(`${blanks}-${rest}`, kind, column - 2) ?? text;
    const entities = read(`${head}${kind}:\n${blanks}-${own.slice(column - 1)}`);
    return { ...entities.find((entity: Entity) => entity.kind === kind)?.fields, id };
  };
}
