import * as vscode from 'vscode';
import type { Environment, EnvironmentColor } from '../core/environment.js';
import { environmentColors } from '../core/environment.js';
import { lookOf } from './environmentLook.js';

const scheme = 'kong-environment';

/** An address that carries an environment's looks, for the decoration of its rows in the trees. */
export function environmentUri(environment: Environment): vscode.Uri {
  const { id, color = '', readOnly = false, protected: isProtected = false, scratch = false } = environment;
  const query = new URLSearchParams({ color, flags: flags({ readOnly, isProtected, scratch }) }).toString();
  return vscode.Uri.from({ scheme, path: `/${id}`, query });
}

/** Badge and colour of an environment's rows. */
export const environmentDecorations: vscode.FileDecorationProvider = {
  provideFileDecoration(uri) {
    if (uri.scheme !== scheme) return undefined;
    const query = new URLSearchParams(uri.query);
    const set = query.get('flags') ?? '';
    const color = environmentColors.find((known) => known === query.get('color'));
    const { badge, meaning, color: themeColor } = lookOf(marks(color, set));
    return new vscode.FileDecoration(badge, meaning, themeColor);
  },
};

const flags = (set: { readOnly: boolean; isProtected: boolean; scratch: boolean }): string =>
  `${set.readOnly ? 'r' : ''}${set.isProtected ? 'p' : ''}${set.scratch ? 's' : ''}`;

const marks = (color: EnvironmentColor | undefined, set: string): Parameters<typeof lookOf>[0] => ({
  ...(color === undefined ? {} : { color }),
  readOnly: set.includes('r'),
  protected: set.includes('p'),
  scratch: set.includes('s'),
});
