import * as vscode from 'vscode';
import type { Progress, Step } from '../core/context.js';

const words: Record<Step, () => string> = {
  probe: () => vscode.l10n.t('Asking the gateway'),
  read: () => vscode.l10n.t('Reading'),
  write: () => vscode.l10n.t('Writing'),
  validate: () => vscode.l10n.t('Validating'),
  count: () => vscode.l10n.t('Counting'),
  publish: () => vscode.l10n.t('Publishing the snapshot'),
  checksum: () => vscode.l10n.t('Checking checksums'),
  preflight: () => vscode.l10n.t('Checking before the restore'),
  plan: () => vscode.l10n.t('Planning'),
  'safety-snapshot': () => vscode.l10n.t('Taking a safety snapshot'),
  apply: () => vscode.l10n.t('Applying'),
  verify: () => vscode.l10n.t('Verifying'),
  delete: () => vscode.l10n.t('Deleting'),
  checks: () => vscode.l10n.t('Sending smoke checks'),
};

/** "Reading: services (3/12)" */
export function progressText({ step, subject, done, total }: Progress): string {
  const count = done === undefined ? '' : total === undefined ? ` (${done})` : ` (${done}/${total})`;
  return `${words[step]()}${subject === undefined ? '' : `: ${subject}`}${count}`;
}
