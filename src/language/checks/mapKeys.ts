import { isObject } from '../../core/json.js';
import { formatPath } from '../../schema/problem.js';
import type { Path } from '../../schema/problem.js';
import { rangeOf, type KongDocument } from '../document.js';
import { resolvePlain } from '../scalars.js';
import type { CheckInput, Finding } from './check.js';
import { fieldFinder } from './givenFields.js';

const maps = fieldFinder(({ type, keys }) => type === 'map' && keys?.type === 'string');

/** Keys that are numbers or booleans: to Lua they are no text. decK makes text of them. */
export function* mapKeys({ kind, document, facts, model }: CheckInput): Generator<Finding> {
  if (kind !== 'dbless') return;
  for (const entity of model.entities) {
    for (const { path: inEntity, value } of maps(facts, entity)) {
      if (!isObject(value)) continue;
      const path = [...entity.path, ...inEntity];
      for (const key of Object.keys(value)) {
        const written = typeof resolvePlain(key) === 'string' ? undefined : writtenPlain(document, [...path, key]);
        if (written === undefined) continue;
        const message = `\`${formatPath(inEntity)}\` wants text for keys, and \`${written}\` is none without quotes: write \`"${written}"\`.`;
        yield { severity: 'error', code: 'wrong-type', message, path, mark: [...path, key], at: 'key' };
      }
    }
  }
}

/** A key as it stands in the text, where that is no text to YAML. */
function writtenPlain(document: KongDocument, path: Path): string | undefined {
  const { start, end } = rangeOf(document, path, 'key');
  const written = document.text.slice(document.lines.offset(start), document.lines.offset(end));
  return typeof resolvePlain(written) === 'string' ? undefined : written;
}
