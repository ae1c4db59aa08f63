import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import { readDirectives } from '../language/directives.js';
import { readDocument } from '../language/document.js';
import type { ValidationRules } from '../language/rules.js';
import { validateUpgrade } from '../language/upgrade.js';
import { type Diagnostic, type FileKind, validateDocument } from '../language/validate.js';
import { assumedGatewayVersion, type SchemaSource } from '../schema/facts.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';

export interface FileVerdict {
  file: string;
  kind: FileKind;
  /** The version of the facts that the file was held to. */
  gatewayVersion: string;
  /** The version of the facts that it shall be fit for; then the diagnostics are those that today's version does not give. */
  upgradeTo?: string;
  valid: boolean;
  diagnostics: Pick<Diagnostic, 'severity' | 'code' | 'message' | 'path' | 'range'>[];
}

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
 * @throws KongBackupError `file-unreadable`, `gateway-version-unknown`.
 */
export async function validateFiles(
  shipped: SchemaSource,
  places: readonly string[],
  options: ValidateOptions,
  context: OperationContext,
): Promise<FileVerdict[]> {
  const { gatewayVersion, assumedVersion, upgradeTo } = options;
  for (const version of [gatewayVersion, assumedVersion, upgradeTo]) refuseUnknown(version, shipped);
  const files = (await Promise.all(places.map(filesOf))).flat();
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
  const document = readDocument(await readText(file), /\.json$/i.test(file));
  const named = readDirectives(document.text, document.lines).gatewayVersion;
  const facts = await shipped.facts(gatewayVersion ?? named ?? assumedVersion);
  const how = { kind, facts, crypto: nodeCrypto, ...(rules && { rules }) };
  const target = upgradeTo === undefined ? undefined : await shipped.facts(upgradeTo);
  const verdict = target ? validateUpgrade(document, how, target) : validateDocument(document, how);
  const diagnostics = verdict.diagnostics.map(({ severity, code, message, path: place, range }) => ({
    severity,
    code,
    message,
    path: place,
    range,
  }));
  return {
    file,
    kind: verdict.kind,
    gatewayVersion: facts.version,
    ...(target && { upgradeTo: target.version }),
    valid: verdict.valid,
    diagnostics,
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

async function filesOf(place: string): Promise<string[]> {
  const found = await stat(place).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  if (!found.isDirectory()) return [place];
  const names = await readdir(place, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  const files = names
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(place, file).split(path.sep).some(isSkipped))
    .sort();
  const declarative: string[] = [];
  for (const file of files)
    if (hasDeclarativeName(file) || saysDeclarative(await readText(file))) declarative.push(file);
  if (declarative.length > 0) return declarative;
  throw new KongBackupError('file-unreadable', {
    place,
    reason: 'There is no declarative file in this folder.',
    remedy: 'Name another folder, or the files themselves.',
  });
}

const isSkipped = (name: string): boolean => name === 'node_modules' || (name.startsWith('.') && name.length > 1);

// Other YAML files may stand beside them: a declarative one is known by its name, or by its first lines.
const hasDeclarativeName = (file: string): boolean =>
  /^(kong|kong_backup.*|.*\.kong|deck.*)\.ya?ml$/i.test(path.basename(file));
const saysDeclarative = (text: string): boolean => /(^|[{,])\s*"?_format_version"?\s*:/m.test(text.slice(0, 2000));

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });

const unreadable = (place: string, error: unknown): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: systemReason(error),
    remedy: 'Name a file or folder that can be read.',
    cause: error,
  });
