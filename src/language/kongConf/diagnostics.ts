import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-types';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { Severity } from '../diagnostic.js';
import { checkNames } from './checkNames.js';
import { checkTogether } from './checkTogether.js';
import { checkValues } from './checkValues.js';
import { propertyPage } from './facts.js';
import type { ConfCode, ConfFinding, ConfInput } from './finding.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

const tags: Readonly<Partial<Record<ConfCode, DiagnosticTag>>> = {
  'deprecated-property': DiagnosticTag.Deprecated,
  'duplicate-property': DiagnosticTag.Unnecessary,
};

/** All there is to say of a kong.conf, in the order of the text. */
export function confDiagnostics(input: ConfInput): Diagnostic[] {
  const findings = [checkNames, checkValues, checkTogether].flatMap((check) => [...check(input)]);
  return findings.sort((a, b) => a.at.start - b.at.start).map((finding) => toLsp(finding, input));
}

function toLsp({ severity, code, message, at, suggestions }: ConfFinding, { file }: ConfInput): Diagnostic {
  const owner = file.properties.find(({ start, end }) => start <= at.start && at.end <= end);
  const isNamed = owner && code !== 'unknown-property';
  return {
    severity: severities[severity],
    source: 'kong.conf',
    code,
    message,
    range: file.lines.range(at.start, at.end),
    ...(isNamed && { codeDescription: { href: propertyPage(owner.name) } }),
    ...(suggestions && suggestions.length > 0 && { data: { suggestions } }),
    ...(tags[code] && { tags: [tags[code]] }),
  };
}
