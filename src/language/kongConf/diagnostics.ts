import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { Severity } from '../diagnostic.js';
import { readDirectives } from '../directives.js';
import { decided, silences, type ValidationRules } from '../rules.js';
import { checkNames } from './checkNames.js';
import { checkTogether } from './checkTogether.js';
import { checkValues } from './checkValues.js';
import { propertyPage } from './facts.js';
import type { ConfCode } from './confCodes.js';
import type { ConfFinding, ConfInput } from './finding.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

const tags: Readonly<Partial<Record<ConfCode, DiagnosticTag>>> = {
  'deprecated-property': DiagnosticTag.Deprecated,
  'duplicate-property': DiagnosticTag.Unnecessary,
};

/** By which an editor knows whose a diagnostic is. */
const ownSource = 'kong.conf';
export const isOurs = ({ source }: Diagnostic): boolean => source === ownSource;

/** All there is to say of a kong.conf after a person's settings and the file's own comments, in the order of the text. */
export function confDiagnostics(input: ConfInput, rules: ValidationRules = {}): Diagnostic[] {
  const { text, lines } = input.file;
  const directives = readDirectives(text, lines);
  const findings = [checkComments, checkNames, checkValues, checkTogether].flatMap((check) => [...check(input)]);
  const isSilent = silences(directives);
  return decided(findings, directives, rules)
    .filter(({ code, at }) => !isSilent(code, lines.position(at.start).line))
    .sort((a, b) => a.at.start - b.at.start)
    .map((finding) => toLsp(finding, input));
}

/** Comments to us that say nothing. */
function* checkComments({ file: { text, lines } }: ConfInput): Generator<ConfFinding> {
  for (const { start, end, message } of readDirectives(text, lines).faults) {
    yield { severity: 'warning', code: 'unknown-comment', message, at: { start, end } };
  }
}

function toLsp({ severity, code, message, at, suggestions }: ConfFinding, { file }: ConfInput): Diagnostic {
  const owner = file.properties.find(({ start, end }) => start <= at.start && at.end <= end);
  const isNamed = owner && code !== 'unknown-property';
  return {
    severity: severities[severity],
    source: ownSource,
    code,
    message,
    range: file.lines.range(at.start, at.end),
    ...(isNamed && { codeDescription: { href: propertyPage(owner.name) } }),
    ...(suggestions && suggestions.length > 0 && { data: { suggestions } }),
    ...(tags[code] && { tags: [tags[code]] }),
  };
}
