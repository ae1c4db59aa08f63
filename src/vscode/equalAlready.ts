import * as vscode from 'vscode';
import type { RestorePlan } from '../app.js';
import { isLeftOnPurpose } from '../core/leftOnPurpose.js';

/** For a plan that has nothing to do: says so of what was compared only. */
export const equalAlready = ({ environment, warnings }: RestorePlan): string =>
  isLeftOnPurpose(warnings)
    ? vscode.l10n.t('What was compared of {0} equals the snapshot already', environment.name)
    : vscode.l10n.t('{0} equals the snapshot already', environment.name);
