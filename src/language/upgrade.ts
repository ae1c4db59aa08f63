import type { SchemaFacts } from '../schema/facts.js';
import type { Diagnostic } from './diagnostic.js';
import type { DiagnosticCode } from './diagnosticCodes.js';
import type { KongDocument } from './document.js';
import { validateDocument } from './validate.js';
import type { ValidateInput, Verdict } from './validate.js';

/**
 * What stands in the way of taking a file along to another version: of the target's verdict, what today's has not. `valid`
 * is false when an error is new.
 */
export function validateUpgrade(
  document: KongDocument,
  how: Omit<ValidateInput, 'text' | 'json'>,
  target: SchemaFacts,
): Verdict {
  const today = validateDocument(document, how);
  const known = new Set(today.diagnostics.map(keyOf));
  // What the file is taken for does not change with the gateway.
  const then = validateDocument(document, { ...how, kind: today.kind, facts: target });
  const diagnostics = then.diagnostics.filter(
    (diagnostic) => !known.has(keyOf(diagnostic)) && !chances.has(diagnostic.code),
  );
  return {
    kind: today.kind,
    reason: today.reason,
    valid: !diagnostics.some(({ severity }) => severity === 'error'),
    diagnostics,
  };
}

/** What the target could do besides, and what breaks nothing. */
const chances: ReadonlySet<DiagnosticCode> = new Set(['plaintext-secret', 'unknown-schema']);

const keyOf = ({ code, path, range: { start } }: Diagnostic): string =>
  JSON.stringify([code, path, start.line, start.character]);
