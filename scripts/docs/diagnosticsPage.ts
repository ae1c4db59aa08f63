import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import { diagnosticCodes } from '../../src/language/diagnosticCodes.js';
import type { DiagnosticCode } from '../../src/language/diagnosticCodes.js';
import { confCodes, type ConfCode } from '../../src/language/kongConf/confCodes.js';
import { readConf } from '../../src/language/kongConf/confFile.js';
import { confDiagnostics } from '../../src/language/kongConf/diagnostics.js';
import type { KongConfFacts } from '../../src/language/kongConf/facts.js';
import { validate } from '../../src/language/validate.js';
import type { Diagnostic } from '../../src/language/validate.js';
import type { SchemaSource } from '../../src/schema/facts.js';
import { nodeCrypto } from '../../src/schema/nodeCrypto.js';
import { confExamples } from './confExamples.js';
import { diagnosticExamples } from './diagnosticExamples.js';
import type { DiagnosticExample } from './diagnosticExamples.js';

/** What an example's own code says of it; undefined when it does not give that code. */
export async function judgeExample(
  code: DiagnosticCode,
  { text, kind = 'deck', version = '3.9', rules, heard }: DiagnosticExample,
  schemas: SchemaSource,
): Promise<Diagnostic | undefined> {
  const facts = await schemas.facts(version);
  const { diagnostics } = validate({
    text,
    kind,
    facts,
    crypto: nodeCrypto,
    ...(rules && { rules }),
    ...(heard && { heard }),
  });
  return diagnostics.find((diagnostic) => diagnostic.code === code);
}

/** What the example of a code of kong.conf is told; undefined when that is not among it. */
export function judgeConfExample(code: ConfCode, facts: KongConfFacts): LspDiagnostic | undefined {
  const input = { file: readConf(confExamples[code]), facts, version: '3.9' };
  return confDiagnostics(input).find((diagnostic) => diagnostic.code === code);
}

const introduction = `# Diagnostics

Every code that a declarative file can get, in the editor, from \`kong-backup validate\`, and before a backup or a restore; at the
end those of a \`kong.conf\` in the editor.
This page is written by \`npm run docs:diagnostics\`; a test holds each example to its code.

An **error** is what Kong or decK refuses; only errors make a file invalid. A **warning** is what they take and you probably
don't want. An **information** is worth knowing.

## Change or silence a check

| where | how |
| --- | --- |
| one line, entity or list | \`# kong-backup: ignore CODE\` above it, or at the end of the line |
| one file | \`# kong-backup: ignore-file CODE\` anywhere in it |
| the workspace, shared | in \`kong-environments.yaml\`: \`validation: { severity: { CODE: off }, customPlugins: [NAME] }\` |
| the editor | the settings \`kongBackup.validation.severity\` and \`kongBackup.validation.customPlugins\` |
| the command line | \`--severity CODE=off\` and \`--custom-plugin NAME\` |

A severity is \`off\`, \`information\`, \`warning\` or \`error\`. The settings and the command line go before the workspace's file.
The version of Kong and the format can be named in a file too: \`# kong-backup: gateway-version=3.9\`,
\`# kong-backup: format=dbless\`.

Of hints that are about a habit (${['plaintext-secret', 'hashed-credential', 'deprecated-field', 'regex-path', 'unknown-schema'].map((code) => `\`${code}\``).join(', ')}) the first ten are shown, and how many more there are.

## Ask the gateway itself

*Validate Online…* in the editor and \`kong-backup validate --online ENVIRONMENT\` ask a gateway of every entity whether its schema takes
it (\`POST /schemas/…/validate\`; \`deck gateway validate\` where the environment's engine is \`deck\`). Nothing is written, and a gateway
without a database keeps its configuration. Entities that are alike are asked about once. What it refuses and our own checks do not see
is \`gateway-refuses\`, with the gateway's name. Whether references lead anywhere, whether values are unique and what decK wants is not
among what a gateway checks: that stays the job of the other codes. The verdict is \`taken\`, \`refused\`, or \`unproved\` when nothing
was refused and something could not be asked: kinds that the gateway has no schema of, values that only decK can fill in.

## Codes
`;

/** The page with every code, its severity, meaning and example. */
export async function diagnosticsPage(schemas: SchemaSource, confFacts: KongConfFacts): Promise<string> {
  const rows: string[] = [];
  const sections: string[] = [];
  for (const [code, meaning] of Object.entries(diagnosticCodes) as [DiagnosticCode, string][]) {
    const example = diagnosticExamples[code];
    const found = await judgeExample(code, example, schemas);
    if (!found) throw new Error(`the example of ${code} does not give it`);
    rows.push(`| [\`${code}\`](#${code}) | ${found.severity} | ${meaning} |`);
    sections.push(section(code, meaning, example, found));
  }
  const table = ['| code | severity | meaning |', '| --- | --- | --- |', ...rows];
  return `${introduction}\n${table.join('\n')}\n\n${sections.join('\n')}\n${confPage(confFacts)}`;
}

const confIntroduction = `## kong.conf

The same comments, settings and \`validation\` of the workspace change or silence these.
`;

const severityNames = ['error', 'warning', 'information'];

function confPage(facts: KongConfFacts): string {
  const sections = (Object.entries(confCodes) as [ConfCode, string][]).map(([code, meaning]) => {
    const found = judgeConfExample(code, facts);
    if (!found) throw new Error(`the example of ${code} does not give it`);
    const said = `${severityNames[(found.severity ?? 1) - 1]} at line ${found.range.start.line + 1}: ${found.message}`;
    return ['### ' + code + ' in kong.conf', '', meaning, '', '```ini', confExamples[code], '```', '', said, ''].join(
      '\n',
    );
  });
  return `${confIntroduction}\n${sections.join('\n')}`;
}

function section(
  code: string,
  meaning: string,
  { text, shown = text, kind = 'deck', rules, heard }: DiagnosticExample,
  { message, severity, path, range }: Diagnostic,
): string {
  const where = `line ${range.start.line + 1}${path === '' ? '' : `, \`${path}\``}`;
  const named = rules?.customPlugins ? `, with \`--custom-plugin ${rules.customPlugins.join(' ')}\`` : '';
  const asked = heard?.[0]?.source === undefined ? '' : `, with \`--online\`: ${heard[0].source}`;
  const format = `${kind === 'deck' ? 'decK' : 'DB-less'} file${named}${asked}`;
  return [
    `### ${code}`,
    '',
    meaning,
    '',
    '```yaml',
    shown.trimEnd(),
    '```',
    '',
    `${format}, ${severity} at ${where}: ${message}`,
    '',
  ].join('\n');
}
