import * as vscode from 'vscode';
import { isCheckpoint, isCutOver, type Migration, type MigrationStep, type StepState } from '../../core/migration.js';
import { checklistOf } from '../../core/migrationChecklist.js';
import { formatTime } from '../format.js';
import { drawingOf } from './migrationDrawing.js';
import { statusName, stepName } from './migrationWords.js';
import { escapeHtml as text } from './page.js';

export interface MigrationView {
  migration: Migration;
  /** Whether the answers of the regression tests are still known. */
  hasAnswers: boolean;
  /** When blue may be taken down. */
  takeDownFrom: Date | undefined;
}

const signs: Readonly<Record<StepState['status'], string>> = {
  open: '○',
  running: '…',
  done: '✓',
  attention: '!',
  stopped: '✗',
  failed: '✗',
  cancelled: '–',
  'left-out': '–',
};

/** The body of the page of a migration, drawn anew whenever something happened in it. */
export function migrationBody(view: MigrationView): string {
  const { migration } = view;
  const { id, blue, green, createdAt, createdBy, steps, next } = migration;
  const close = next === undefined ? '' : button('close', vscode.l10n.t('Close Migration…'));
  const begun = vscode.l10n.t('Begun {0} by {1}', formatTime(createdAt), createdBy);
  return `<header><h1>${text(vscode.l10n.t('Migration from {0} to {1}', blue.name, green.name))}</h1>
<p class="dim">${text(`${id} · ${begun}`)}</p><p><strong>${text(whereIs(migration))}</strong></p>${wayBack(migration)}
<p class="buttons">${button('report', vscode.l10n.t('Export Report'))}${close}</p></header>
<ol class="steps">${steps.map((state) => stepItem(state, view)).join('')}</ol>`;
}

function whereIs({ next, closed }: Migration): string {
  if (closed) return vscode.l10n.t('Closed {0} by {1}: {2}', formatTime(closed.at), closed.by, closed.reason);
  return next === undefined ? vscode.l10n.t('All steps are over.') : vscode.l10n.t('Next: {0}', stepName(next));
}

/** Shown first once green gets traffic; a warning where it does not hold. */
function wayBack({ steps }: Migration): string {
  const tried = steps.filter(({ step, status, runs }) => isCutOver(step) && status !== 'open' && runs.length > 0);
  const last = tried.at(-1);
  if (!last) return '';
  const isBroken = last.status === 'stopped' || last.status === 'failed';
  const rollBack = button('rollback', vscode.l10n.t('Roll Back…'), undefined, isBroken);
  if (!isBroken) return `<p class="buttons">${rollBack}</p>`;
  const finding = last.runs.at(-1)?.outcome?.findings[0]?.message ?? '';
  const words = vscode.l10n.t('Green does not hold: {0}', finding);
  return `<div class="error" role="alert"><p>${text(words)}</p><p class="buttons">${rollBack}</p></div>`;
}

function stepItem(state: StepState, view: MigrationView): string {
  const { step, status } = state;
  const isNext = view.migration.next === step;
  const isOpen = isNext || status === 'running';
  const label = `<span class="state">${text(statusName(status))}</span>`;
  const head = `<span class="sign" aria-hidden="true">${signs[status]}</span><h2>${text(stepName(step))}</h2>${label}`;
  return `<li class="step ${status}" id="${step}"${isNext ? ' aria-current="step"' : ''}>
<details data-key="${step}"${isOpen ? ' open' : ''}><summary>${head}${lastOf(state)}</summary>
<div class="inside">${contentOf(state, view)}<p class="buttons">${buttonsOf(state, view)}</p></div></details></li>`;
}

function lastOf({ runs, decision }: StepState): string {
  const run = runs.at(-1);
  const last = decision ?? (run && { by: run.by, at: run.endedAt ?? run.begunAt });
  return last ? `<span class="dim">${text(`${last.by}, ${formatTime(last.at)}`)}</span>` : '';
}

function contentOf(state: StepState, view: MigrationView): string {
  const { step, runs, decision, override, rolledBackAt, notes } = state;
  const outcome = runs.at(-1)?.outcome;
  const figures = Object.entries(outcome?.figures ?? {});
  const lines = (outcome?.findings ?? []).map(
    ({ severity, message, remedy = '' }) =>
      `<li class="${severity}"><strong>${text(severityName(severity))}</strong> ${text(message)} <span class="dim">${text(remedy)}</span></li>`,
  );
  return [
    rolledBackAt === undefined
      ? ''
      : `<p><strong>${text(vscode.l10n.t('Rolled back {0}', formatTime(rolledBackAt)))}</strong></p>`,
    outcome ? `<p>${text(outcome.summary)}</p>` : '',
    figures.length > 0
      ? `<dl>${figures.map(([name, figure]) => `<dt>${text(name)}</dt><dd>${text(String(figure))}</dd>`).join('')}</dl>`
      : '',
    outcome ? drawingOf(outcome) : '',
    lines.length > 0 ? `<ul class="findings">${lines.join('')}</ul>` : '',
    isCheckpoint(step) ? checklist(view.migration, step) : '',
    decision ? `<p><strong>${text(decision.decision)}</strong> ${text(`${decision.by}: ${decision.reason}`)}</p>` : '',
    override ? `<p>${text(vscode.l10n.t('Gone on by {0}: {1}', override.by, override.reason))}</p>` : '',
    ...notes.map(({ note, at, by }) => `<p class="note">${text(`${by}, ${formatTime(at)}: ${note}`)}</p>`),
    step === 'take-down' && view.takeDownFrom
      ? `<p id="countdown" role="timer" data-until="${view.takeDownFrom.toISOString()}"></p>`
      : '',
  ].join('');
}

function checklist(migration: Migration, step: MigrationStep): string {
  const marks = { fine: '✓', doubt: '!', open: '✗' };
  const names = {
    fine: vscode.l10n.t('as it should be'),
    doubt: vscode.l10n.t('done, with something to know'),
    open: vscode.l10n.t('not done'),
  };
  const rows = checklistOf(migration, step).map(
    (line) =>
      `<li class="${line.state}"><span class="sign" aria-hidden="true">${marks[line.state]}</span><strong>${text(stepName(line.step))}</strong>, ${text(names[line.state])}. <span class="dim">${text(line.text)}</span></li>`,
  );
  return `<h3>${text(vscode.l10n.t('Checklist'))}</h3><ul class="checklist">${rows.join('')}</ul>`;
}

function buttonsOf({ step, status, runs }: StepState, { migration, hasAnswers }: MigrationView): string {
  const before = migration.steps.slice(
    0,
    migration.steps.findIndex((each) => each.step === step),
  );
  const isReached =
    !migration.closed && before.every((each) => ['done', 'attention', 'left-out'].includes(each.status));
  const isNext = migration.next === step;
  const all: string[] = [];
  if (isReached && isCheckpoint(step)) all.push(button('decide', vscode.l10n.t('Decide…'), step, isNext));
  if (isReached && !isCheckpoint(step)) {
    const title = runs.length === 0 ? vscode.l10n.t('Run') : vscode.l10n.t('Run Again');
    all.push(button('run', title, step, isNext));
  }
  if (isNext && !isCheckpoint(step)) {
    const title = runs.length === 0 ? vscode.l10n.t('Leave Out…') : vscode.l10n.t('Go On Anyway…');
    all.push(button('override', title, step));
  }
  if (step === 'regression-tests' && hasAnswers) {
    all.push(button('differences', vscode.l10n.t('Compare Answers'), step));
  }
  if (isReached || status !== 'open') all.push(button('note', vscode.l10n.t('Add Note…'), step));
  return all.join('');
}

const button = (action: string, title: string, step?: MigrationStep, isFirst = false): string =>
  `<button type="button" data-action="${action}"${step ? ` data-step="${step}" aria-label="${text(`${title}: ${stepName(step)}`)}"` : ''}${isFirst ? ' class="first"' : ''}>${text(title)}</button>`;

const severityName = (severity: 'stop' | 'attention' | 'information'): string =>
  ({
    stop: vscode.l10n.t('Stop:'),
    attention: vscode.l10n.t('Attention:'),
    information: vscode.l10n.t('Note:'),
  })[severity];
