import { isObject, type Json } from '../../core/json.js';
import { mask, redact } from '../../core/redact.js';
import { isSecretField, withoutSecretValues } from '../../core/secretFields.js';
import { formatPath, type Path } from '../../schema/problem.js';
import type { Finding } from '../checks/check.js';
import type { KongDocument } from '../document.js';
import { isEnvTemplate } from '../templates.js';
import { valueAtPath } from '../values.js';
import type { Complaint } from './complaint.js';

export type { Finding } from '../checks/check.js';

/**
 * Complaints as findings.
 * @param at the entity that they are about; the file when empty. @param source who complains: `Kong 3.9.3 (staging)`.
 */
export function findingsOf(
  complaints: readonly Complaint[],
  at: Path,
  { document, source }: { document: KongDocument; source: string },
): Finding[] {
  return complaints.flatMap(({ path: inner, message, entity, position }): Finding[] => {
    const path = [...at, ...inner];
    const value = document.value === undefined ? undefined : valueAtPath(document.value, path);
    // decK replaces such text before Kong sees it.
    if (isEnvTemplate(value)) return [];
    const hidden = withoutSecret(message, {
      value,
      kind: String(at.at(-2) ?? path[0] ?? ''),
      field: formatPath(inner),
    });
    const finding = { severity: 'error', code: 'gateway-refuses', path, source } as const;
    if (position) return [{ ...finding, message: sentence(hidden), span: spanAt(document, position) }];
    const field = formatPath(inner);
    const said = sentence(field === '' || entity ? hidden : `\`${field}\`: ${hidden}`);
    if (entity || inner.length === 0) return [{ ...finding, message: said, at: 'entity' }];
    const isWritten = value !== undefined || document.value === undefined;
    return [{ ...finding, message: said, ...(!isWritten && standIn(document.value, at, inner)) }];
  });
}

/** A gateway repeats what it does not take. */
function withoutSecret(
  message: string,
  { value, kind, field }: { value: Json | undefined; kind: string; field: string },
): string {
  const safe = withoutSecretValues(redact(message));
  return typeof value === 'string' && value !== '' && isSecretField(kind, field) ? safe.split(value).join(mask) : safe;
}

/** `url` stands for fields that are not written. */
function standIn(file: Json | undefined, at: Path, [field]: Path): Pick<Finding, 'mark'> {
  const entity = file === undefined ? undefined : valueAtPath(file, at);
  const isShort = ['protocol', 'host', 'port', 'path'].includes(String(field));
  return isShort && at.at(-2) === 'services' && isObject(entity) && 'url' in entity ? { mark: [...at, 'url'] } : {};
}

function spanAt({ text, lines }: KongDocument, { line, character }: { line: number; character: number }) {
  const row = Math.min(line, Math.max(0, lines.lineCount - 1));
  const start = Math.min(lines.lineStart(row) + character, Math.max(0, text.length - 1));
  return { start, end: Math.min(text.length, Math.max(start + 1, lines.lineEnd(row))) };
}

/** With a full stop, where it has no ending of its own. */
const sentence = (text: string): string => text.trim().replace(/([^.!?…])$/, '$1.');
