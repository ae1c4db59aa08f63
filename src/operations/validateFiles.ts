import type { OperationContext } from '../core/context.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { readDirectives } from '../language/directives.js';
import type { ValidationRules } from '../language/rules.js';
import { validateUpgrade } from '../language/upgrade.js';
import { type Diagnostic, type FileKind, validateDocument } from '../language/validate.js';
import { assumedGatewayVersion, type SchemaSource } from '../schema/facts.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';
import { declarativeFiles, readDeclarative } from './declarativeFiles.js';
import { refuseUnknownChecks } from './unknownChecks.js';

export interface FileVerdict {
  file: string;
  kind: FileKind;
  /** The version of the facts that the file was held to. */
  gatewayVersion: string;
  /** The version of the facts that it shall be fit for; then the diagnostics are those that today's version does not give. */
  upgradeTo?: string;
  valid: boolean;
  diagnostics: ShownDiagnostic[];
}

export type ShownDiagnostic = Pick<Diagnostic, 'severity' | 'code' | 'message' | 'path' | 'range' | 'source'>;

/** What of a diagnostic a caller gets. */
export const shown = ({ severity, code, message, path, range, source }: Diagnostic): ShownDiagnostic => ({
  severity,
  code,
  message,
  path,
  range,
  ...(source !== undefined && { source }),
});

export interface ValidateOptions {
  kind: 'auto' | FileKind;
  /** Any version text, for every file, whatever the file says. */
  gatewayVersion?: string;
  /** Any version text, for files that name none themselves. `assumedGatewayVersion` when absent. */
  assumedVersion?: string;
  /** Any version text: lists only what breaks on the way to it. */
  upgradeTo?: string;
  /** What a person decided about checks. */
  rules?: ValidationRules;
}

/**
 * Judges files, and the declarative files in folders, in the order given.
 * @throws KongBackupError `file-unreadable`, `gateway-version-unknown`, `check-unknown`.
 */
export async function validateFiles(
  shipped: SchemaSource,
  places: readonly string[],
  options: ValidateOptions,
  context: OperationContext,
): Promise<FileVerdict[]> {
  const { gatewayVersion, assumedVersion, upgradeTo, rules } = options;
  for (const version of [gatewayVersion, assumedVersion, upgradeTo]) refuseUnknown(version, shipped);
  refuseUnknownChecks(rules);
  const files = await declarativeFiles(places);
  const verdicts: FileVerdict[] = [];
  for (const [done, file] of files.entries()) {
    throwIfCancelled(context.signal, file);
    context.report({ step: 'validate', subject: file, done, total: files.length });
    verdicts.push(await judge(file, shipped, options));
  }
  return verdicts;
}

async function judge(file: string, shipped: SchemaSource, options: ValidateOptions): Promise<FileVerdict> {
  const { kind, gatewayVersion, assumedVersion = assumedGatewayVersion, upgradeTo, rules } = options;
  const document = await readDeclarative(file);
  const named = readDirectives(document.text, document.lines).gatewayVersion;
  const facts = await shipped.facts(gatewayVersion ?? named ?? assumedVersion);
  const how = { kind, facts, crypto: nodeCrypto, ...(rules && { rules }) };
  const target = upgradeTo === undefined ? undefined : await shipped.facts(upgradeTo);
  const verdict = target ? validateUpgrade(document, how, target) : validateDocument(document, how);
  return {
    file,
    kind: verdict.kind,
    gatewayVersion: facts.version,
    ...(target && { upgradeTo: target.version }),
    valid: verdict.valid,
    diagnostics: verdict.diagnostics.map(shown),
  };
}

function refuseUnknown(version: string | undefined, { versions }: SchemaSource): void {
  if (version === undefined || /^\d+\.\d+/.test(version)) return;
  throw new KongBackupError('gateway-version-unknown', {
    place: version,
    reason: 'This is no version of Kong Gateway.',
    remedy: `Name one such as ${assumedGatewayVersion}; there are facts of ${versions.join(', ')}.`,
  });
}
