import * as vscode from 'vscode';
import type { PruneAction, PruneLine, PruneReport } from '../../app.js';
import type { KeepReason } from '../../core/retention.js';
import { visible } from '../../core/visible.js';
import { formatTime } from '../format.js';

const actions: Record<PruneAction, () => string> = {
  keep: () => vscode.l10n.t('stays'),
  forget: () => vscode.l10n.t('is let go'),
  wait: () => vscode.l10n.t('was let go'),
  delete: () => vscode.l10n.t('is deleted'),
};

const reasons: Record<KeepReason, () => string> = {
  last: () => vscode.l10n.t('one of the last'),
  hourly: () => vscode.l10n.t('hourly'),
  daily: () => vscode.l10n.t('daily'),
  weekly: () => vscode.l10n.t('weekly'),
  monthly: () => vscode.l10n.t('monthly'),
  yearly: () => vscode.l10n.t('yearly'),
  within: () => vscode.l10n.t('within the span'),
  label: () => vscode.l10n.t('by its label'),
  pinned: () => vscode.l10n.t('pinned'),
  'last-good': () => vscode.l10n.t('the last good one'),
  minimum: () => vscode.l10n.t('too few are verified without it'),
  future: () => vscode.l10n.t('dated in the future'),
  safety: () => vscode.l10n.t('safety snapshot'),
  damaged: () => vscode.l10n.t('damaged: look at it'),
};

/** What a prune would do with each snapshot, and why, as Markdown. */
export function pruneText({ lines, notWhole, packs, packsLeft }: PruneReport, environment: string): string {
  const head = [vscode.l10n.t('Snapshot'), vscode.l10n.t('What happens'), vscode.l10n.t('Why'), vscode.l10n.t('Label')];
  const others = [
    ...(packs && packs.removed.length > 0
      ? [vscode.l10n.t('Shared packs that nothing needs any more: {0}', packs.removed.length)]
      : []),
    ...(packsLeft === undefined ? [] : [vscode.l10n.t('Shared packs are left alone: {0}', packsLeft)]),
    ...notWhole.map(({ id, reason }) => vscode.l10n.t('Not whole, left alone: {0}: {1}', id, reason)),
  ];
  return [
    `# ${vscode.l10n.t('Prune {0}: preview', environment)}`,
    '',
    vscode.l10n.t('Nothing was changed. What is let go can be remembered until its time is over.'),
    '',
    row(head),
    row(head.map(() => '---')),
    ...lines.map((line) => row(cells(line))),
    '',
    ...others.map((text) => `- ${visible(text)}`),
    '',
  ].join('\n');
}

function cells({ id, action, reasons: keeps, deleteAfter, label = '' }: PruneLine): string[] {
  const why =
    action === 'keep'
      ? keeps.map((reason) => reasons[reason]()).join(', ')
      : vscode.l10n.t('deleted after {0}', formatTime(deleteAfter ?? '', 'minutes'));
  return [id, actions[action](), why, label];
}

const row = (texts: readonly string[]): string =>
  `| ${texts.map((text) => visible(text).replaceAll('|', '\\|')).join(' | ')} |`;
