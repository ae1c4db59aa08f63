import { sameValue } from '../values.js';
import { formatPath } from '../../schema/problem.js';
import type { CheckInput, Finding } from './check.js';
import { fieldFinder } from './givenFields.js';
import type { GivenField } from './givenFields.js';

const deprecated = fieldFinder(({ deprecation }) => deprecation !== undefined);

/** Fields that Kong still takes and will not for ever. */
export function* deprecatedFields({ facts, model }: CheckInput): Generator<Finding> {
  for (const entity of model.entities) {
    for (const given of deprecated(facts, entity)) {
      if (isWrittenByKong(given)) continue;
      const { path, field } = given;
      const message = `\`${formatPath(path)}\` is deprecated${removal(field)}${replacement(given)}.`;
      yield { severity: 'information', code: 'deprecated-field', message, path: [...entity.path, ...path], at: 'key' };
    }
  }
}

/** A dump has every field: deprecated ones with their default, or with what the new field beside them has. */
function isWrittenByKong({ field, value, record }: GivenField): boolean {
  if (value === null || sameValue(value, field.default)) return true;
  return (field.deprecation?.replaced_with ?? []).some(({ path }) => {
    let at: unknown = record;
    for (const name of path) at = (at as Record<string, unknown> | null | undefined)?.[name];
    return at !== undefined && at !== null;
  });
}

const removal = ({ deprecation }: GivenField['field']): string =>
  deprecation?.removal_in_version === undefined ? '' : ` and goes with Kong ${deprecation.removal_in_version}`;

function replacement({ path, field }: GivenField): string {
  const instead = (field.deprecation?.replaced_with ?? []).map(
    (replaced) => `\`${formatPath([...path.slice(0, -1), ...replaced.path])}\``,
  );
  return instead.length === 0 ? '' : `: write ${instead.join(' and ')} instead`;
}
