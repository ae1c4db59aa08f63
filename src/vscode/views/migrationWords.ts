import * as vscode from 'vscode';
import type { MigrationStep, StepStatus } from '../../core/migration.js';

const steps: Readonly<Record<MigrationStep, () => string>> = {
  'platform-check': () => vscode.l10n.t('Platform check'),
  'change-embargo': () => vscode.l10n.t('Change embargo'),
  'blue-backup': () => vscode.l10n.t('Blue environment backup'),
  observability: () => vscode.l10n.t('Observability'),
  'go-no-go-execution': () => vscode.l10n.t('Go / no-go for the execution'),
  'configuration-dump': () => vscode.l10n.t('Configuration dump'),
  'configuration-sync': () => vscode.l10n.t('Configuration sync'),
  credentials: () => vscode.l10n.t('Credentials to recreate'),
  'regression-tests': () => vscode.l10n.t('Regression tests'),
  'go-no-go-cut-over': () => vscode.l10n.t('Go / no-go for the cut over'),
  'canary-1': () => vscode.l10n.t('Canary {0} %', 1),
  'canary-5': () => vscode.l10n.t('Canary {0} %', 5),
  'canary-10': () => vscode.l10n.t('Canary {0} %', 10),
  'canary-50': () => vscode.l10n.t('Canary {0} %', 50),
  'canary-100': () => vscode.l10n.t('All traffic'),
  'take-down': () => vscode.l10n.t('Take down of blue'),
};

const statuses: Readonly<Record<StepStatus, () => string>> = {
  open: () => vscode.l10n.t('open'),
  running: () => vscode.l10n.t('running'),
  done: () => vscode.l10n.t('done'),
  attention: () => vscode.l10n.t('done, look at it'),
  stopped: () => vscode.l10n.t('stopped'),
  failed: () => vscode.l10n.t('failed'),
  cancelled: () => vscode.l10n.t('cancelled'),
  'left-out': () => vscode.l10n.t('left out'),
};

/** What a person calls a step, in their language. */
export const stepName = (step: MigrationStep): string => steps[step]();
export const statusName = (status: StepStatus): string => statuses[status]();
