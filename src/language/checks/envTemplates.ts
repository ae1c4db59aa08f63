import type { Json } from '../../core/json.js';
import { isEnvTemplate } from '../templates.js';
import type { CheckInput, Finding } from './check.js';

/** decK fills in `${{ env "DECK_…" }}`, and only variables of that prefix; Kong takes the text as it stands. */
export function* envTemplates({ document, kind, value }: CheckInput): Generator<Finding> {
  if (!document.text.includes('${{')) return;
  for (const { path, text } of texts(value, [])) {
    if (!isEnvTemplate(text)) continue;
    if (kind === 'dbless') {
      const message = 'Only decK fills in `${{ env … }}`: a DB-less gateway takes this text as it stands.';
      yield { severity: 'warning', code: 'env-template', message, path };
    } else if (!/env\s+["']DECK_/.test(text)) {
      const message = 'decK reads only environment variables whose names start with `DECK_`.';
      yield { severity: 'error', code: 'env-template', message, path };
    }
  }
}

function* texts(value: Json, path: (string | number)[]): Generator<{ path: (string | number)[]; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, [...path, index]);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
  }
}
