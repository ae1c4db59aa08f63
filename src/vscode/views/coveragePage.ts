import * as vscode from 'vscode';
import type { CoverageCell, CoverageMatrix, CoverageRow, CoverageState } from '../../core/coverageMatrix.js';
import { escapeHtml } from './page.js';

const words: Readonly<Record<CoverageState, () => string>> = {
  held: () => vscode.l10n.t('held'),
  partly: () => vscode.l10n.t('partly'),
  'not-held': () => vscode.l10n.t('not held'),
};
const signs: Readonly<Record<CoverageState, string>> = { held: '✓', partly: '◐', 'not-held': '✗' };

/** The body of the page: what is held as a table, then why not all of it is. */
export function coverageBody(title: string, matrix: CoverageMatrix): string {
  const { totals, rows } = matrix;
  const summary = vscode.l10n.t(
    'Kinds: {0} as a whole, {1} in part, {2} not at all.',
    totals.held,
    totals.partly,
    totals['not-held'],
  );
  const lacking = rows.filter(({ notes }) => notes.length > 0);
  const why = lacking.length === 0 ? '' : `<h2>${text(vscode.l10n.t('What is missing, and what to do'))}</h2>`;
  return `<h1>${text(title)}</h1>${tableOf(summary, matrix)}${why}<dl>${lacking.map(noteOf).join('')}</dl>`;
}

const text = escapeHtml;

function tableOf(summary: string, { columns, rows }: CoverageMatrix): string {
  const heads = [
    vscode.l10n.t('Kind'),
    vscode.l10n.t('There are'),
    vscode.l10n.t('In all'),
    ...columns.map(({ part }) => part),
  ];
  return `<div class="scroll" tabindex="0" role="region" aria-label="${text(summary)}"><table>
<caption>${text(summary)}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${text(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(rowOf).join('')}</tbody></table></div>`;
}

const rowOf = ({ kind, count, state, cells }: CoverageRow): string =>
  `<tr><th scope="row">${text(kind)}</th><td class="number">${count ?? '?'}</td>${[{ state }, ...cells]
    .map(cellOf)
    .join('')}</tr>`;

function cellOf({ state, count, notes = [] }: Pick<CoverageCell, 'state' | 'count'> & { notes?: string[] }): string {
  if (state === 'none') return '<td></td>';
  const number = count === undefined || state === 'not-held' ? '' : ` (${count})`;
  const why = notes.length === 0 ? '' : ` title="${text(notes.join(' '))}"`;
  return `<td class="${state}"${why}><span class="sign" aria-hidden="true">${signs[state]}</span>${text(words[state]())}${number}</td>`;
}

const noteOf = ({ kind, notes }: CoverageRow): string =>
  `<dt>${text(kind)}</dt>${notes.map((note) => `<dd>${text(note)}</dd>`).join('')}`;
