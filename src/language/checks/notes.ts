import { isObject, type JsonObject } from '../../core/json.js';
import type { Path } from '../../schema/problem.js';
import type { Finding } from './check.js';

/** What a DB-less gateway reads over must have the right type all the same: of the file itself, or of one of its entities. */
export function* notes(value: JsonObject, path: Path): Generator<Finding> {
  const { _comment: comment = null, _ignore: ignored = null } = value;
  if (comment !== null && typeof comment !== 'string') {
    yield wrongType([...path, '_comment'], '`_comment` must be text: put it in quotes.');
  }
  const isEmptyMap = isObject(ignored) && Object.keys(ignored).length === 0;
  if (ignored !== null && !Array.isArray(ignored) && !isEmptyMap) {
    yield wrongType([...path, '_ignore'], '`_ignore` must be a list: start each of its values with `- `.');
  }
}

const wrongType = (path: Path, message: string): Finding => ({ severity: 'error', code: 'wrong-type', message, path });
