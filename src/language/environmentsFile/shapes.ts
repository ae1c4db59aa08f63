import { environmentFields, storeFields } from '../../core/environmentFields.js';
import { listOf, section, type Check, type Shape } from '../../core/fieldChecks.js';
import { checkFields } from '../../core/smokeChecks.js';
import type { Path } from '../../schema/problem.js';
import { severityChoices } from '../rules.js';

const anything: Check = () => undefined;
const smokeChecks = listOf(section(checkFields, ['name']), 'maps of name, path, status');

/** The whole file, as maps and lists of the checks that reading makes. */
const whole: Shape = {
  type: 'map',
  fields: {
    environments: listOf(section({ ...environmentFields, checks: smokeChecks }, ['name', 'adminUrl']), 'environments'),
    stores: listOf(section(storeFields, ['name']), 'stores'),
    validation: section({ severity: anything, customPlugins: anything }),
  },
};

/** Of what stands under `validation.severity`, whatever the code. */
const severity: Shape = { type: 'one of some words', values: severityChoices };

/** What may stand at a path; undefined where nothing is known. */
export function shapeAt(path: Path): Shape | undefined {
  if (path.length === 3 && path[0] === 'validation' && path[1] === 'severity') return severity;
  let shape: Shape | undefined = whole;
  for (const key of path) {
    if (typeof key === 'number') shape = shape?.items?.shape;
    else shape = shape?.fields && Object.hasOwn(shape.fields, key) ? shape.fields[key]?.shape : undefined;
  }
  return shape;
}

/** The check of what stands at a path, where there is one. */
export function checkAt(path: Path): Check | undefined {
  const key = path.at(-1);
  const around = shapeAt(path.slice(0, -1));
  if (typeof key === 'number') return around?.items;
  return key !== undefined && around?.fields && Object.hasOwn(around.fields, key) ? around.fields[key] : undefined;
}
