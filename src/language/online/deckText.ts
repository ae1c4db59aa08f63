import type { Json } from '../../core/json.js';
import { labelOf, type Entity } from '../model.js';
import { valueAtPath } from '../values.js';
import type { Path } from '../../schema/problem.js';
import { saidIn, type Complaint } from './complaint.js';
import { dottedPath } from './flattenedErrors.js';

/** decK's words, taken apart: what it has against the file, and what else it said. */
export interface DeckComplaints {
  complaints: Complaint[];
  /** Kinds that the gateway answers 404 for. */
  unknownKinds: string[];
  /** Lines about something else: then decK or the gateway failed, not the file. */
  others: string[];
}

const ofEntity = /validate entity '([\w-]+) \((.*?)\)': (.*)$/;
const ofSchema = /validation error: object=.*?, err=([^:]+): (.*)$/;
const ofOldSchema =
  /^\s*(\(root\)|[\w$]+(?:\.[\w$-]+)*): ((?:Additional property|Invalid type|Must|Does not|.* is required|.*expected).*)$/;
const ofLine = /yaml: line (\d+): (.*)$/;
/** Lines that only lead to others. */
const heading = /errors? occurred:\s*$|^\s*$/;

/**
 * What `deck gateway validate`, `deck file validate` and the `deck validate` of old say on standard error: entities by kind
 * and name with Kong's message, JSON paths of decK's own schema, lines of YAML.
 * @param isSuspect whether something is wrong at a path: of entities that are called alike that one is meant.
 */
export function complaintsInDeckText(
  text: string,
  file: Json | undefined,
  entities: readonly Entity[],
  isSuspect: (path: Path) => boolean = () => false,
): DeckComplaints {
  const found: DeckComplaints = { complaints: [], unknownKinds: [], others: [] };
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/^Error: /, '');
    const [, kind = '', name = '', said] = ofEntity.exec(line) ?? [];
    const [, path, message = ''] = ofSchema.exec(line) ?? ofOldSchema.exec(line) ?? [];
    const [, number, reason = ''] = ofLine.exec(line) ?? [];
    if (said !== undefined) addEntity(said, { kind, name, entities, isSuspect }, found);
    else if (path !== undefined) found.complaints.push(schemaComplaint(path, message, file));
    else if (number !== undefined) {
      const position = { line: Math.max(0, Number(number) - 1), character: 0 };
      found.complaints.push({ path: [], message: saidIn(reason), position });
    } else if (!heading.test(line) && !/^Warning:/.test(line)) found.others.push(line.trim());
  }
  return found;
}

interface Named {
  kind: string;
  name: string;
  entities: readonly Entity[];
  isSuspect: (path: Path) => boolean;
}

function addEntity(
  said: string,
  { kind, name, entities, isSuspect }: Named,
  { complaints, unknownKinds, others }: DeckComplaints,
): void {
  const [, status, quoted] = /^HTTP status (\d+)(?: \(message: "([\s\S]*)"\))?/.exec(said) ?? [];
  if (status === '404') {
    if (!unknownKinds.includes(kind)) unknownKinds.push(kind);
  } else if (status === '400' && quoted !== undefined) {
    const candidates = candidatesFor(kind, name, entities);
    for (const one of toldIn(quoted)) complaints.push(placed(one, candidates, isSuspect));
  } else others.push(saidIn(`${kind} ${name}: ${said}`));
}

/** Every entity that decK may mean: of a key it shows the end only. */
function candidatesFor(kind: string, name: string, entities: readonly Entity[]): Entity[] {
  const ofKind = entities.filter((entity) => entity.kind === kind);
  const called = ofKind.filter(({ value }) => labelOf(value) === name || value['id'] === name);
  if (called.length > 0) return called;
  const holding = ofKind.filter(({ value }) => Object.values(value).includes(name));
  return holding.length > 0 ? holding : ofKind.length === 1 ? ofKind : [];
}

interface Told {
  /** Dotted; undefined for a check over several fields. */
  field?: string;
  message: string;
}

/** `2 schema violations (config.minute: expected a number; zz: unknown field)`, one by one. */
function toldIn(message: string): Told[] {
  const text = message.replaceAll('\\"', '"');
  const [, inner = text] = /schema violations? \(([\s\S]*)\)$/.exec(text) ?? [];
  return inner.split(/; (?=[\w@.-]+: )/).map((one) => {
    const [, field, said = ''] = /^([\w-]+(?:\.[\w-]+)*): ([\s\S]*)$/.exec(one) ?? [];
    return field === undefined ? { message: saidIn(one) } : { field, message: saidIn(said) };
  });
}

/** Of several entities of one name the one that is suspect there, else the first whose value has what the message is about. */
function placed(
  { field, message }: Told,
  candidates: readonly Entity[],
  isSuspect: (path: Path) => boolean,
): Complaint {
  const places = candidates.map(({ path, value }) => {
    const inner = dottedPath(field ?? '', value);
    return { path: field === undefined ? path : [...path, ...inner], isThere: valueAtPath(value, inner) !== undefined };
  });
  const suspect = places.find(({ path }) => isSuspect(path));
  const { path } = suspect ??
    places.find(({ isThere }) => isThere) ??
    places[0] ?? { path: dottedPath(field ?? '', {}) };
  const isSure = suspect !== undefined || candidates.length <= 1;
  const doubt = ` (decK names ${candidates.length} entities alike; this may be another of them.)`;
  const said = isSure ? message : `${message}${doubt}`;
  return field === undefined ? { path, message: said, entity: true } : { path, message: said };
}

/** `services.0` counts from 0; the message names the property that is too much. */
function schemaComplaint(place: string, message: string, file: Json | undefined): Complaint {
  const path: (string | number)[] = [];
  let at: Json | undefined = file;
  for (const part of place === '(root)' ? [] : place.split('.')) {
    const key = Array.isArray(at) && /^\d+$/.test(part) ? Number(part) : part;
    path.push(key);
    at = at === undefined ? undefined : valueAtPath(at, [key]);
  }
  const [, extra] = /^Additional property (\S+) is not allowed/.exec(message) ?? [];
  return { path: extra === undefined ? path : [...path, extra], message: saidIn(message) };
}
