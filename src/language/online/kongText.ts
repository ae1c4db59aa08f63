import type { Json, JsonObject } from '../../core/json.js';
import { complaintsInFields, saidIn, type Complaint } from './complaint.js';

/**
 * What `kong config parse` has against a file: text as deep as the file, `in 'services':` and `- in entry 1 of 'services':`
 * on lines of their own, the message behind the last.
 * @returns undefined when the text is about something else: then the tool failed, not the file.
 */
export function complaintsInKongText(text: string, file: Json | undefined): Complaint[] | undefined {
  const [, said] = /Failed parsing:\s*\n?([\s\S]*)$/.exec(text) ?? [];
  if (said === undefined) return undefined;
  const lines = linesOf(said);
  if (/No such file or directory$|^unknown file type: /.test(lines[0] ?? '')) return undefined;
  const nested = complaintsInFields(treeOf(lines), file);
  if (nested.length > 0) return nested;
  const [first = ''] = lines;
  const [, line, column, reason = ''] = /(\d+):(\d+): (.*)$/.exec(first) ?? [];
  if (line === undefined) return [{ path: [], message: saidIn(first.trim()) }];
  const position = { line: Math.max(0, Number(line) - 1), character: Math.max(0, Number(column) - 1) };
  return [{ path: [], message: saidIn(reason), position }];
}

/** Up to what Kong adds for whoever looks into Kong itself. */
function linesOf(said: string): string[] {
  const lines = said.split(/\r?\n/);
  const end = lines.findIndex((line) => /^stack traceback:|^ {2}Run with --v/.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).filter((line) => line.trim() !== '');
}

interface Open {
  indent: number;
  branch: JsonObject;
}

const step = /^( *)(?:- in entry (\d+) of '.*?'|in '(.*?)'):(?: (.*))?$/;

/** The lines as Kong's tree of problems; positions of lists are keys that count from 1. */
function treeOf(lines: readonly string[]): JsonObject {
  const root = branchOf();
  const open: Open[] = [{ indent: -1, branch: root }];
  let last: { branch: JsonObject; key: string } | undefined;
  for (const line of lines) {
    const [, space = '', entry, field, message] = step.exec(line) ?? [];
    const key = entry ?? field;
    if (key === undefined) {
      if (last) last.branch[last.key] = `${String(last.branch[last.key])} ${line.trim()}`;
      continue;
    }
    while (open.length > 1 && (open.at(-1)?.indent ?? -1) >= space.length) open.pop();
    const { branch } = open.at(-1) ?? { branch: root };
    if (message === undefined) {
      const inner = branchOf();
      branch[key] = inner;
      open.push({ indent: space.length, branch: inner });
      last = undefined;
    } else {
      branch[key] = message;
      last = { branch, key };
    }
  }
  return root;
}

/** Keys come from outside. */
const branchOf = (): JsonObject => Object.create(null) as JsonObject;
