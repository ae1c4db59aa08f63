import { type OperationContext, withinStep } from '../core/context.js';
import { throwIfCancelled } from '../core/errors.js';
import type { PartSource } from '../core/partDriver.js';
import { type Counts, isLiteral, type Manifest, type PartRecord } from '../core/snapshot.js';
import { countKinds } from '../estate/countKinds.js';
import { readDeckFile } from '../estate/deckFile.js';
import { validate } from '../language/validate.js';
import { withPartSource } from './partSource.js';
import type { VerifyParts } from './verifySnapshot.js';

export interface PartFindings {
  problems: string[];
  remarks: string[];
}

/** More remarks on one file help nobody. */
const mostRemarks = 20;

/**
 * Opens every file of a snapshot and looks into it as far as it can be understood.
 * @throws KongBackupError `snapshot-damaged`, `file-invalid`, `dump-damaged`, `key-*`, `store-*`, `cancelled`.
 */
export async function verifyParts(
  parts: VerifyParts,
  manifest: Manifest,
  context: OperationContext,
): Promise<PartFindings> {
  const findings: PartFindings = { problems: [], remarks: [] };
  for (const [done, record] of manifest.parts.entries()) {
    throwIfCancelled(context.signal, manifest.id);
    const subject = record.workspace ?? record.kind;
    context.report({ step: 'verify', subject, done, total: manifest.parts.length });
    const driver = parts.partDrivers.find(({ id, part }) => id === record.driver.id && part === record.kind);
    if (driver) {
      const within = withinStep(context, 'verify');
      const look = (source: PartSource): Promise<string[]> => driver.verify(source, within);
      const found = await withPartSource(parts.store, manifest, record.kind, look, within);
      findings.problems.push(...found.map((problem) => `${record.kind}: ${problem}`));
    } else {
      await readFiles(parts, manifest, record, findings, context);
    }
  }
  return findings;
}

async function readFiles(
  { store, shipped }: VerifyParts,
  manifest: Manifest,
  record: PartRecord,
  findings: PartFindings,
  { signal }: OperationContext,
): Promise<void> {
  const isDeck = record.format === 'deck';
  for (const file of record.files) {
    const bytes = await store.read(manifest.id, file.path, signal);
    const place = `${manifest.id}/${file.path}`;
    if (record.format === 'json') {
      findings.problems.push(...jsonProblems(bytes, place));
      continue;
    }
    if (!isDeck && record.format !== 'dbless' && record.format !== 'db_export') continue;
    const text = new TextDecoder().decode(bytes);
    if (isDeck) findings.problems.push(...deckProblems(text, place, record));
    const facts = await shipped.facts(manifest.gateway.version);
    const { diagnostics } = validate({ text, kind: isDeck ? 'deck' : 'dbless', facts });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const unread = errors.find(({ code }) => code === 'yaml-syntax' || code === 'not-text');
    if (unread) findings.problems.push(`${place}: ${unread.message}`);
    for (const { path: where, message } of errors.slice(0, mostRemarks)) {
      findings.remarks.push(`${place}: ${where ? `${where}: ` : ''}${message}`);
    }
  }
}

/** The file against the numbers that stand in the manifest. */
function deckProblems(text: string, place: string, { counts, driver }: PartRecord): string[] {
  const allowEmpty = Object.values(counts).every((count) => count === 0);
  const { entities } = readDeckFile(text, place, { allowEmpty, literal: isLiteral(driver) });
  return countProblems(countKinds(entities), counts, place);
}

function countProblems(has: Counts, says: Counts, place: string): string[] {
  const kinds = [...new Set([...Object.keys(has), ...Object.keys(says)])].sort();
  return kinds
    .filter((kind) => (has[kind] ?? 0) !== (says[kind] ?? 0))
    .map((kind) => `${place}: it holds ${has[kind] ?? 0} ${kind}; the manifest says ${says[kind] ?? 0}.`);
}

function jsonProblems(bytes: Uint8Array, place: string): string[] {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return [];
  } catch {
    return [`${place}: It is not JSON.`];
  }
}
