import type { Action, ChangeCounts } from '../core/change.js';
import { isObject, type Json } from '../core/json.js';
import { withoutSecretValues } from '../core/secretFields.js';

/** One thing that decK did, would do or failed to do. */
export interface DeckEvent {
  action: Action;
  /** decK's own word: `service`, `key-auth`, `ca-certificate`. */
  kind: string;
  /** As decK calls it: "svc1", "rate-limiting for route r1", an id where there is no name. */
  name: string;
  /** Known from JSON reports only. */
  id?: string;
}

/** A failed event with decK's reason. */
export interface DeckFailure extends DeckEvent {
  reason: string;
}

/** What a diff or sync said. */
export interface DeckReport {
  /** What was done, or would be; right even after a failure. */
  counts: ChangeCounts;
  /** What was tried. Failed ones are among them; an event may be missing when many ran at once. */
  events: DeckEvent[];
  /** What went wrong, an error an entry. */
  errors: string[];
  /** The workspace that was or would be created for it. */
  createdWorkspace?: string;
}

const verbs: Readonly<Record<string, Action>> = { creating: 'create', updating: 'update', deleting: 'delete' };
const ansiColor = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Errors are not in it: they are on the other output. @returns undefined when decK ended before it came to a summary. */
export function parseTextReport(stdout: string): DeckReport | undefined {
  const text = stdout.replace(ansiColor, '');
  const counts = parseSummary(text);
  if (!counts) return undefined;
  const report: DeckReport = { counts, events: [], errors: [] };
  for (const line of text.split(/\r?\n/)) {
    const event = parseEventLine(line);
    if (event?.kind === 'workspace') report.createdWorkspace = event.name;
    else if (event) report.events.push(event);
  }
  return report;
}

/** "creating key-auth y-123 for consumer alice", "updating service s {". */
export function parseEventLine(line: string): DeckEvent | undefined {
  const match = /^([Cc]reating|updating|deleting) (\S+) (.*?)(?:\s*\{)?\s*$/.exec(line);
  if (!match) return undefined;
  const [, verb = '', kind = '', name = ''] = match;
  return { action: verbs[verb.toLowerCase()] ?? 'create', kind: sameKind(kind), name };
}

export function parseSummary(text: string): ChangeCounts | undefined {
  const match = /^Summary:\s+Created: (\d+)\s+Updated: (\d+)\s+Deleted: (\d+)/m.exec(text);
  if (!match) return undefined;
  const [creates = 0, updates = 0, deletes = 0] = match.slice(1).map(Number);
  return { creates, updates, deletes };
}

/** The report of `--json-output`. @returns undefined when there is none in the text. */
export function parseJsonReport(stdout: string): DeckReport | undefined {
  const start = stdout.indexOf('{');
  if (start < 0) return undefined;
  let value: Json;
  try {
    value = JSON.parse(stdout.slice(start).replace(ansiColor, '')) as Json;
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value.summary)) return undefined;
  const { creating, updating, deleting } = value.summary;
  const report: DeckReport = {
    counts: { creates: Number(creating ?? 0), updates: Number(updating ?? 0), deletes: Number(deleting ?? 0) },
    events: [],
    errors: Array.isArray(value.errors) ? value.errors.map((error) => withoutSecretValues(String(error))) : [],
  };
  const changes = isObject(value.changes) ? value.changes : {};
  for (const [verb, action] of Object.entries(verbs)) {
    for (const item of asList(changes[verb])) {
      const event = jsonEvent(action, item);
      if (event?.kind === 'workspace') report.createdWorkspace = event.name;
      else if (event) report.events.push(event);
    }
  }
  return report;
}

function jsonEvent(action: Action, item: Json): DeckEvent | undefined {
  if (!isObject(item) || typeof item.kind !== 'string') return undefined;
  const body = isObject(item.body) && isObject(item.body.new) ? item.body.new : {};
  const event: DeckEvent = { action, kind: sameKind(item.kind), name: String(item.name ?? '') };
  return typeof body.id === 'string' ? { ...event, id: body.id } : event;
}

const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/**
 * The errors that decK wrote, an entry each: "Error: 2 errors occurred:" and the lines under it, or one "Error: …" that
 * may go on over lines. Warnings are left out.
 */
export function parseErrors(stderr: string): string[] {
  const lines = withoutSecretValues(stderr.replace(ansiColor, '')).split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith('Error: '));
  if (start < 0) {
    return lines.filter((line) => line.trim() !== '' && !line.startsWith('Warning:')).map((line) => line.trim());
  }
  const text = lines.slice(start).map((line) => line.replace(/^Error: /, '').trim());
  const nested = text.filter((line) => line !== '' && !/\d+ errors? occurred:$/.test(line));
  return text.some((line) => /\d+ errors? occurred:$/.test(line)) ? nested : [nested.join(' ')].filter(Boolean);
}

/** "while processing event: {Create} service s failed: HTTP status 400 (…)"; 1.5 and later leave out the braces. */
export function parseFailure(error: string): DeckFailure | undefined {
  const match = /processing event: \{?(Create|Update|Delete)\}? (\S+) (.*?) failed: (.*)$/s.exec(error);
  if (!match) return undefined;
  const [, operation = '', kind = '', name = '', reason = ''] = match;
  return { action: operation.toLowerCase() as Action, kind: sameKind(kind), name, reason };
}

/** Versions before 1.16 wrote `ca_certificate`. */
const sameKind = (kind: string): string => kind.replaceAll('_', '-');
