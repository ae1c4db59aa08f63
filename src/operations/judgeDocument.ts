import { KongBackupError } from '../core/errors.js';
import { readDirectives } from '../language/directives.js';
import type { KongDocument } from '../language/document.js';
import type { ValidationRules } from '../language/rules.js';
import { validateUpgrade } from '../language/upgrade.js';
import { type Diagnostic, type FileKind, validateDocument } from '../language/validate.js';
import { assumedGatewayVersion, type SchemaSource } from '../schema/facts.js';
import type { CryptoChecks } from '../schema/formats/format.js';
import { refuseUnknownChecks } from './unknownChecks.js';

export interface FileVerdict {
  file: string;
  kind: FileKind;
  /** Why it was taken for that, in a sentence; absent where the kind was given. */
  kindReason?: string;
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

/** Judges one text. @param crypto to look into certificates and keys, where a library is at hand. */
export async function judgeDocument(
  file: string,
  document: KongDocument,
  shipped: SchemaSource,
  { kind, gatewayVersion, assumedVersion = assumedGatewayVersion, upgradeTo, rules }: ValidateOptions,
  crypto?: CryptoChecks,
): Promise<FileVerdict> {
  const named = readDirectives(document.text, document.lines).gatewayVersion;
  const facts = await shipped.facts(gatewayVersion ?? named ?? assumedVersion);
  const how = { kind, facts, ...(crypto && { crypto }), ...(rules && { rules }) };
  const target = upgradeTo === undefined ? undefined : await shipped.facts(upgradeTo);
  const verdict = target ? validateUpgrade(document, how, target) : validateDocument(document, how);
  return {
    file,
    kind: verdict.kind,
    ...(kind === 'auto' && { kindReason: verdict.reason }),
    gatewayVersion: facts.version,
    ...(target && { upgradeTo: target.version }),
    valid: verdict.valid,
    diagnostics: verdict.diagnostics.map(shown),
  };
}

/** @throws KongBackupError `gateway-version-unknown`, `check-unknown`. */
export function refuseUnknown(
  { gatewayVersion, assumedVersion, upgradeTo, rules }: ValidateOptions,
  shipped: SchemaSource,
): void {
  for (const version of [gatewayVersion, assumedVersion, upgradeTo]) refuseUnknownVersion(version, shipped);
  refuseUnknownChecks(rules);
}

function refuseUnknownVersion(version: string | undefined, { versions }: SchemaSource): void {
  if (version === undefined || /^\d+\.\d+/.test(version)) return;
  throw new KongBackupError('gateway-version-unknown', {
    place: version,
    reason: 'This is no version of Kong Gateway.',
    remedy: `Name one such as ${assumedGatewayVersion}; there are facts of ${versions.join(', ')}.`,
  });
}
