import * as vscode from 'vscode';
import type { Environment } from '../../core/environment.js';
import type { PartStep } from '../../core/partDriver.js';

/** Asks before a step that destroys something. False when the person said no. */
export async function confirmStep({ name }: Environment, step: PartStep): Promise<boolean> {
  const { title, destroys, command, undo } = step;
  const detail = [
    ...(destroys === undefined ? [] : [`⚠ ${destroys}`]),
    ...(command === undefined ? [] : [vscode.l10n.t('Runs: {0}', command)]),
    ...(undo === undefined ? [] : [vscode.l10n.t('To go back: {0}', undo)]),
  ].join('\n');
  const yes = vscode.l10n.t('Do This Step');
  return (await vscode.window.showWarningMessage(`${name}: ${title}`, { modal: true, detail }, yes)) === yes;
}

/** A protected environment's name is typed, so that nobody writes it by habit. */
export async function confirmName({ name, protected: isProtected }: Environment): Promise<boolean> {
  if (!isProtected) return true;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('{0} is protected', name),
    prompt: vscode.l10n.t('Type its name to write it.'),
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (text) => (text === name ? undefined : vscode.l10n.t('Type {0}, exactly.', name)),
  });
  return typed === name;
}
