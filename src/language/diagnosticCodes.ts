/** Every code a diagnostic can have, with what it means in one line. */
export const diagnosticCodes = {
  'yaml-syntax': 'The text is not YAML (or JSON), so Kong cannot read it.',
} as const;

export type DiagnosticCode = keyof typeof diagnosticCodes;
