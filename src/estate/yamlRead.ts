import { boolYaml11Tag, CORE_SCHEMA, load, mergeTag, nullYaml11Tag, YAMLException } from 'js-yaml';
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { KongBackupError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import { formatPath, type Path } from '../schema/problem.js';
import { floatTag, integerTag } from './yamlNumber.js';

/** YAML 1.1 as decK reads it, dates being texts: Kong has no dates. */
const schema = CORE_SCHEMA.withTags(mergeTag, boolYaml11Tag, integerTag, floatTag, nullYaml11Tag);

const remedy = 'Correct the file; the checks of the editor mark the place.';

/** @throws KongBackupError `file-invalid` with line and column. */
export function readYaml(text: string, place: string): Json {
  try {
    return (load(text, { schema }) ?? null) as Json;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark ?? { line: 0, column: 0 };
    throw new KongBackupError('file-invalid', {
      place: `${place}:${line + 1}:${column + 1}`,
      reason: `The YAML is broken: ${error.reason}.`,
      remedy,
      cause: error,
    });
  }
}

/** An error at a value of a file that is YAML but not what it should be. */
export function invalidAt(text: string, place: string, path: Path, reason: string): KongBackupError {
  const position = positionOf(text, path);
  return new KongBackupError('file-invalid', {
    place: position === undefined ? place : `${place}:${position}`,
    reason: path.length === 0 ? reason : `${formatPath(path)}: ${reason}`,
    remedy,
  });
}

/** The fast parser keeps no positions: a second look is only taken when there is something to say, and not at huge files. */
const longestLook = 4_000_000;

function positionOf(text: string, path: Path): string | undefined {
  if (text.length > longestLook) return undefined;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    lineCounter,
    logLevel: 'silent',
    strict: false,
    uniqueKeys: false,
  });
  let node: unknown = document.contents;
  for (const part of path) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(part, true) : undefined;
    if (next === undefined || next === null) break;
    node = next;
  }
  const start = (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
  const { line, col } = lineCounter.linePos(start);
  return `${Math.max(line, 1)}:${Math.max(col, 1)}`;
}
