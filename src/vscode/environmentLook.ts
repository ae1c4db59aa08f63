import * as vscode from 'vscode';
import type { Environment } from '../core/environment.js';

/** How an environment looks wherever it is named, so that nobody acts on the wrong gateway. */
export interface EnvironmentLook {
  color: vscode.ThemeColor | undefined;
  /** One or two letters. */
  badge: string | undefined;
  /** What the letters mean. */
  meaning: string | undefined;
}

type Marked = Pick<Environment, 'color' | 'readOnly' | 'protected' | 'scratch'>;

export function lookOf({ color, readOnly, protected: isProtected, scratch }: Marked): EnvironmentLook {
  return {
    color: color && new vscode.ThemeColor(`kongBackup.environment.${color}`),
    ...badgeOf({ readOnly, isProtected, scratch }),
  };
}

function badgeOf(marks: {
  readOnly: boolean | undefined;
  isProtected: boolean | undefined;
  scratch: boolean | undefined;
}): Pick<EnvironmentLook, 'badge' | 'meaning'> {
  if (marks.readOnly) return { badge: 'RO', meaning: vscode.l10n.t('Read-only: backed up, never written') };
  if (marks.isProtected) return { badge: 'P', meaning: vscode.l10n.t('Protected: its name is typed before a restore') };
  if (marks.scratch) return { badge: 'S', meaning: vscode.l10n.t('Scratch: may be wiped') };
  return { badge: undefined, meaning: undefined };
}
