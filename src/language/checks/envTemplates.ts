import type { Json } from '../../core/json.js';
import { isEnvTemplate } from '../templates.js';
import type { CheckInput, Finding } from './check.js';

/** decK fills in `${{ env "DECK_…" }}`, and only variables of that prefix; Kong takes the text as it stands. */
export function* envTemplates({ document, kind, value }: CheckInput): Generator<Finding> {
  if (!document.text.includes('${{')) return;
  for (const { path, text } of texts(value, [])) {
    if (!text.includes('${{')) continue;
    if (kind === 'deck') {
      const message = fault(text);
      if (message !== undefined) yield { severity: 'error', code: 'env-template', message, path };
    } else if (isEnvTemplate(text)) {
      const message = 'Only decK fills in `${{ env … }}`: a DB-less gateway takes this text as it stands.';
      yield { severity: 'warning', code: 'env-template', message, path };
    }
  }
}

const variable = /^env\s+(?:"([^"]*)"|`([^`]*)`)/;
/** Functions, and words of templates: what more they say is for decK to judge. */
const known =
  /^(?:["`$.(]|\/\*|(?:and|call|env|eq|ge|gt|html|indent|index|js|le|len|lt|ne|not|or|print|printf|println|slice|toBool|toFloat|toInt|urlquery|if|else|end|range|with|define|block|template|break|continue)\b)/;

/** @returns what keeps decK from filling in a text; undefined when nothing does. */
function fault(text: string): string | undefined {
  for (let at = text.indexOf(opening); at >= 0;) {
    const end = text.indexOf(closing, at);
    if (end < 0) return 'A `${{` is never closed by `}}`: decK refuses the file.';
    const found = faultOfAction(text.slice(at + opening.length, Math.min(end, at + longest)));
    if (found !== undefined) return found;
    at = text.indexOf(opening, end);
  }
  return undefined;
}

const [opening, closing] = ['${{', '}}'];
/** Characters. Nobody writes as many between the brackets. */
const longest = 2000;

/** What decK makes of what stands between the brackets: a template of the language that decK is written in. */
function faultOfAction(written: string): string | undefined {
  const body = written.replace(/^-/, '').trim();
  const [, quoted, raw] = variable.exec(body) ?? [];
  const name = quoted ?? raw;
  if (name !== undefined && !name.startsWith('DECK_')) {
    return 'decK reads only environment variables whose names start with `DECK_`.';
  }
  if (name === undefined && /^env\b(?!\s*[($.])/.test(body)) {
    return 'decK wants the name of the variable in double quotes: `${{ env "DECK_…" }}`.';
  }
  if (known.test(body)) return undefined;
  return `decK knows no \`${/^\S*/.exec(body)?.[0] ?? ''}\`: it fills in \`\${{ env "DECK_…" }}\`.`;
}

function* texts(value: Json, path: (string | number)[]): Generator<{ path: (string | number)[]; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, [...path, index]);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* texts(item, [...path, key]);
  }
}
