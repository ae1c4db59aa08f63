import type { Json, JsonObject } from '../../core/json.js';
import type { CryptoChecks } from '../../schema/formats/format.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import type { Check, CheckInput, Finding } from '../checks/check.js';
import { duplicateKeys } from '../checks/duplicateKeys.js';
import { emptyFile } from '../checks/emptyFile.js';
import { enterpriseKinds } from '../checks/enterpriseKinds.js';
import { envTemplates } from '../checks/envTemplates.js';
import { fileHeader } from '../checks/fileHeader.js';
import { formatVersion } from '../checks/formatVersion.js';
import { nestedSnis } from '../checks/nestedSnis.js';
import { references } from '../checks/references.js';
import { selectTags } from '../checks/selectTags.js';
import { uniqueness } from '../checks/uniqueness.js';
import type { Range } from '../diagnostic.js';
import type { KongDocument } from '../document.js';
import type { FileKind } from '../fileKind.js';
import { buildModel, type Entity, type Model } from '../model.js';
import { nodeAt, type Node } from '../tree.js';
import { checks } from '../validate.js';
import type { Part } from './part.js';
import { treeAt, valueOfPart, writtenKeyOf } from './partNodes.js';

/** What a check found in a part. Its path has any index where the item's own stands. */
export interface Found extends Finding {
  /** The place of the check in the list of checks; -1 for keys that stand twice. */
  check: number;
  part: Part;
  /** Where it stands in the part, once somebody asked. */
  where?: Range;
}

/** What parts are judged by. When it changes, all are judged anew. */
export interface Standards {
  kind: FileKind;
  facts: SchemaFacts;
  crypto?: CryptoChecks;
  /** What of the top all of the file depends on. */
  context: JsonObject;
}

/** Of the file as a whole: cheap, and asked at each version. */
export const ofWhole: ReadonlySet<Check> = new Set<Check>([fileHeader, emptyFile, formatVersion, selectTags]);
/** What one part says changes what is found in another. */
export const byNames: ReadonlySet<Check> = new Set<Check>([references, uniqueness]);
/** Checks that go over the whole value: they are shown nothing but the part. */
const ofValue: ReadonlySet<Check> = new Set<Check>([enterpriseKinds, envTemplates]);

export const indexOfCheck = (check: Check): number => checks.indexOf(check);

/** The part as a document by itself, in which any index stands for the item. */
export function documentOfPart(part: Part): KongDocument {
  const { section, role, text, reading } = part;
  const key = section?.key ?? '';
  const isItem = role === 'item';
  const root = (): Node => {
    const keySpan = { start: 0, end: writtenKeyOf(part).length };
    const value = treeAt(part, 0) ?? {
      type: 'scalar',
      value: null,
      style: 'plain',
      start: keySpan.end,
      end: keySpan.end,
    };
    const entries = new Map(isItem ? [] : [[key, { key, keySpan, value }]]);
    return { type: 'map', start: 0, end: value.end, entries, overridden: [], flow: false };
  };
  return {
    text,
    lines: part.lines,
    get root() {
      return root();
    },
    value: undefined,
    problems: [],
    furtherDocuments: [],
    repeatedKeysIn: reading?.repeats ? [isItem ? [key, 0] : [key]] : [],
    nodeAt(path: Path) {
      if (path.length === 0) return root();
      return path[0] === key ? nodeAt(treeAt(part, 0), path.slice(isItem ? 2 : 1)) : undefined;
    },
  };
}

/** The entities of a part, and what of it is none. */
export function modelOfPart(part: Part, { kind, facts }: Standards): Model {
  const { section, role } = part;
  if (!section || (role !== 'item' && role !== 'head') || (role === 'head' && section.items > 0)) {
    return buildModel({}, kind, facts);
  }
  const value = valueOfPart(part);
  const model = buildModel({ [section.key]: role === 'item' ? [value] : value }, kind, facts);
  if (role === 'item') {
    // No two entities of a file have the same path.
    for (const { path } of [...model.entities, ...model.misfits]) (path as (string | number)[])[1] = part.serial;
  }
  return model;
}

export function inputOfPart(part: Part, standards: Standards, index: CheckInput['index']): CheckInput {
  const { section, role } = part;
  const own: JsonObject = {};
  if (section && section.items === 0) own[section.key] = valueOfPart(section.head);
  else if (section && role === 'item') own[section.key] = [valueOfPart(part)];
  const { context, ...how } = standards;
  return {
    ...how,
    value: { ...context, ...own },
    model: modelOfPart(part, standards),
    index,
    document: documentOfPart(part),
  };
}

/** What checks find that look at one part at a time. */
export function findingsOfPart(part: Part, input: CheckInput): Found[] {
  const found: Found[] = [];
  const note = (check: number, findings: Iterable<Finding>): void => {
    for (const finding of findings) {
      // Spans of a tree move when it is read at its place in the text.
      found.push({ ...finding, ...(finding.span && { span: { ...finding.span } }), check, part });
    }
  };
  if (part.role === 'stray' || part.role === 'prologue') return found;
  note(-1, duplicateKeys(input));
  const key = part.section?.key ?? '';
  const own = { ...input, value: { [key]: input.value[key] as Json } };
  checks.forEach((check, at) => {
    if (ofWhole.has(check) || byNames.has(check)) return;
    if (part.role === 'head' && (part.section?.items ?? 0) > 0) return;
    if (check === nestedSnis) note(at, nestedSnis(withPassword(input)));
    else note(at, check(ofValue.has(check) ? own : input));
  });
  return found;
}

/** SNIs count where a password stands anywhere in the file. */
export function withPassword(input: CheckInput): CheckInput {
  const password = { kind: 'basicauth_credentials', path: [], value: { password: '' } };
  const parent = { entity: { kind: 'consumers', path: [], value: {} }, field: 'consumer' };
  return withEntity(input, { ...password, parent });
}

/** Whether a part holds a password for which SNIs of other parts are refused. */
export function holdsPassword(input: CheckInput): boolean {
  const parent = { entity: { kind: 'certificates', path: [], value: {} }, field: 'certificate' };
  const { entities } = input.model;
  if (!entities.some(({ kind, parent: of }) => of && kind === 'basicauth_credentials')) return false;
  return [...nestedSnis(withEntity(input, { kind: 'snis', path: [], value: {}, parent }))].length > 0;
}

const withEntity = (input: CheckInput, entity: Entity): CheckInput => ({
  ...input,
  model: { ...input.model, entities: [...input.model.entities, entity] },
});
