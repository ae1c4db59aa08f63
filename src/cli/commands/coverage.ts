import type { CoverageCell, CoverageMatrix } from '../../core/coverageMatrix.js';
import type { CommandSpec, Outcome } from '../commandSpec.js';
import { plural, table } from '../text.js';

export const coverageCommand: CommandSpec = {
  name: 'coverage',
  summary: 'What a snapshot holds, or the next backup of a gateway would, kind by kind.',
  example: 'kong-backup coverage production/latest',
  formats: ['markdown'],
  declare(command) {
    command.argument('<name>', 'an environment, for the next backup; or a snapshot: its id, or ENVIRONMENT/latest');
  },
  async run([given], { app, context }) {
    const name = given as string;
    const product = await app();
    const environment = (await product.environments()).environments.find((each) => each.name === name);
    if (environment)
      return outcomeOf(`A backup of ${name} would hold`, await product.plannedCoverage(environment, context));
    const { snapshot, matrix } = await product.coverage(name);
    return outcomeOf(`${snapshot.id} holds`, matrix);
  },
};

function outcomeOf(title: string, matrix: CoverageMatrix): Outcome {
  const { held, partly, 'not-held': not } = matrix.totals;
  const summary = `${title}: ${plural(held, 'kind')} as a whole, ${partly} in part, ${not} not at all.`;
  const data = { title, ...matrix };
  const verdict = partly + not > 0 ? 1 : 0;
  return { data, text: textOf(summary, matrix), markdown: markdownOf(summary, matrix), verdict };
}

const head = ({ columns }: CoverageMatrix): string[] => ['', 'kind', 'there', ...columns.map(({ part }) => part)];

const signs = { held: '✓', partly: '~', 'not-held': '✗' } as const;

const rowsOf = ({ rows }: CoverageMatrix): string[][] =>
  rows.map(({ kind, count, state, cells }) => [signs[state], kind, count?.toString() ?? '?', ...cells.map(cellText)]);

function cellText({ state, count }: CoverageCell): string {
  if (state === 'none') return '';
  if (state === 'not-held') return '–';
  const sign = state === 'partly' ? '~' : '✓';
  return count === undefined ? sign : `${sign} ${count}`;
}

const notesOf = ({ rows }: CoverageMatrix): [string, string][] =>
  rows.flatMap(({ kind, notes }) => notes.map((note): [string, string] => [kind, note]));

function textOf(summary: string, matrix: CoverageMatrix): string {
  const notes = notesOf(matrix).map(([kind, note]) => `  ${kind}: ${note}`);
  return [summary, table([head(matrix), ...rowsOf(matrix)]), ...(notes.length > 0 ? ['Why:', ...notes] : [])].join(
    '\n',
  );
}

const escaped = (text: string): string => text.replace(/[\\|<>&`*_[\]]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function markdownOf(summary: string, matrix: CoverageMatrix): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const titles = head(matrix);
  return [
    `**${escaped(summary)}**`,
    '',
    line(titles),
    `| ${titles.map(() => '---').join(' | ')} |`,
    ...rowsOf(matrix).map(line),
    '',
    ...notesOf(matrix).map(([kind, note]) => `- ${escaped(kind)}: ${escaped(note)}`),
  ].join('\n');
}
