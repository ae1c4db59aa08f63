import { didYouMean, suggest } from '../../core/suggest.js';
import type { ConfProperty } from './confFile.js';
import { isIn, openNames, propertyOf } from './facts.js';
import type { ConfFinding, ConfInput } from './finding.js';

/** What there is to say of the names of properties, and of lines that are none. */
export function* checkNames(input: ConfInput): Generator<ConfFinding> {
  yield* strayLines(input);
  const last = new Map(input.file.properties.map((property) => [property.name, property]));
  for (const property of input.file.properties) {
    if (property.lost) continue;
    yield* ofName(input, property);
    if (last.get(property.name) === property) continue;
    yield {
      severity: 'warning',
      code: 'duplicate-property',
      message: `\`${property.name}\` stands again below: Kong takes the last one and never sees this.`,
      at: property,
    };
  }
}

function* strayLines({ file: { strays, sections } }: ConfInput): Generator<ConfFinding> {
  for (const at of strays) {
    const message = 'This is neither a property, such as `log_level = notice`, nor a comment: Kong passes over it.';
    yield { severity: 'warning', code: 'not-a-property', message, at };
  }
  for (const at of sections) {
    const message = 'kong.conf has no sections: Kong does not read what stands below this line.';
    yield { severity: 'error', code: 'not-a-property', message, at };
  }
}

function* ofName({ facts, version }: ConfInput, { name, key }: ConfProperty): Generator<ConfFinding> {
  const property = propertyOf(facts, name);
  if (!property) {
    if (openNames.some(({ pattern }) => pattern.test(name))) return;
    const offered = Object.keys(facts.properties).filter((known) => !facts.properties[known]?.undocumented);
    const suggestions = suggest(name, offered);
    const severity = suggestions.length > 0 ? 'warning' : 'information';
    const message = `Kong knows no property \`${name}\` and passes over it without a word.${didYouMean(suggestions)}`;
    yield { severity, code: 'unknown-property', message, at: key, suggestions };
    return;
  }
  const { since, until, replacedBy } = property;
  if (!isIn(facts, property, version)) {
    const when =
      until !== undefined && !isIn(facts, { until }, version) ? `was last in ${until}` : `came by ${since ?? ''}`;
    const message = `Kong ${version} has no \`${name}\` and passes over it: it ${when}.`;
    yield { severity: 'warning', code: 'not-in-version', message, at: key };
  } else if (replacedBy !== undefined) {
    const message = `\`${name}\` is deprecated: \`${replacedBy}\` took its place.`;
    yield { severity: 'warning', code: 'deprecated-property', message, at: key, suggestions: [replacedBy] };
  }
}
