import * as vscode from 'vscode';
import type { Comparison } from '../../app.js';
import { formatGap } from '../format.js';
import { planText } from './planText.js';

/** A comparison as Markdown: what differs, and first of all what it can't speak of. */
export function comparisonText(
  { plan, unknown, notCompared, selectTags, warnings }: Comparison,
  { title, facts }: { title: string; facts: string[] },
): string {
  const open = [
    ...notCompared.map((name) => vscode.l10n.t('Not compared: workspace {0}, of which only one side is known.', name)),
    ...unknown.map((gap) => vscode.l10n.t('Not compared: {0}', formatGap(gap))),
  ];
  return planText(plan, {
    title,
    facts: selectTags
      ? [...facts, vscode.l10n.t('Compared: only what has the tags {0}.', selectTags.join(', '))]
      : facts,
    warnings: [...open, ...warnings.map(({ message }) => message)],
    isWhole: open.length === 0,
  });
}
