import { defaultWorkspace } from '../core/environment.js';

/** Workspace names as a person looks for them: the default one first, the others by name. */
export function inOrder(workspaces: readonly string[]): string[] {
  const rank = (name: string): number => (name === defaultWorkspace ? 0 : 1);
  return [...workspaces].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
