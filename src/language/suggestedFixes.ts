import { CodeActionKind } from 'vscode-languageserver-types';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-types';

/** Quick fixes of findings that say what may have been meant: each puts that in the place of what is marked. */
export function suggestedFixes(
  uri: string,
  diagnostics: readonly Diagnostic[],
  only?: readonly string[],
): CodeAction[] {
  const kind = CodeActionKind.QuickFix;
  if (only && !only.includes(kind)) return [];
  return diagnostics.flatMap((diagnostic) =>
    suggestionsOf(diagnostic).map((newText, index) => ({
      title: `Change to \`${newText}\``,
      kind,
      diagnostics: [diagnostic],
      edit: { changes: { [uri]: [{ range: diagnostic.range, newText }] } },
      ...(index === 0 && { isPreferred: true }),
    })),
  );
}

function suggestionsOf({ data }: Diagnostic): string[] {
  const { suggestions } = (data ?? {}) as { suggestions?: unknown };
  return Array.isArray(suggestions) ? suggestions.filter((text) => typeof text === 'string') : [];
}
