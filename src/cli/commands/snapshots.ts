import { entityCount } from '../../core/entityCount.js';
import { withSealedTexts } from '../../core/sealedTexts.js';
import { type CatalogueEntry, isBetweenStates } from '../../core/snapshot.js';
import type { CommandSpec, Verdict } from '../commandSpec.js';
import { exitCodes } from '../exitCodes.js';
import { entities, formatBytes, plural, shortLabel, table } from '../text.js';

export const snapshotsCommand: CommandSpec = {
  name: 'snapshots',
  summary: 'List snapshots, the newest first.',
  example: 'kong-backup snapshots production --format json',
  declare(command) {
    command.argument('[environment]', 'only those of this environment');
  },
  async run([environment], { app }) {
    const product = await app();
    const name = environment as string | undefined;
    const entries = await product.snapshots(name);
    // Snapshots outlive their environment; but a name that has neither is a mistyped one.
    if (name !== undefined && entries.length === 0) await product.environment(name);
    return {
      data: entries.map(readable),
      text: entries.length === 0 ? 'There are no snapshots yet.' : table(entries.map(rowOf)),
      verdict: verdictOf(entries),
    };
  },
};

const readable = (entry: CatalogueEntry): CatalogueEntry =>
  entry.manifest ? { ...entry, manifest: withSealedTexts(entry.manifest) } : entry;

/** What a store that is away holds is not known: that is more than what is known of the others. */
function verdictOf(entries: readonly CatalogueEntry[]): Verdict {
  if (entries.some(({ problem }) => problem?.code === 'store-unreachable')) return exitCodes.noStore;
  return entries.some(({ problem, state }) => problem || state?.verified?.result === 'damaged') ? 1 : 0;
}

function rowOf({ id, manifest, state, problem }: CatalogueEntry): string[] {
  if (problem) return [id, problem.code, problem.reason];
  const { parts, gateway, warnings, guards } = manifest;
  const { label } = state?.described ?? manifest;
  const bytes = parts.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  const remarks = [
    label && shortLabel(label),
    guards && `guards ${guards}`,
    isBetweenStates(manifest) && 'taken in the middle of a restore',
    warnings.length > 0 && plural(warnings.length, 'warning'),
  ];
  const version = `Kong ${gateway.version}`;
  const states = statesOf({ manifest, state }).join(', ');
  return [
    id,
    formatBytes(bytes),
    entities(entityCount(parts)),
    version,
    states || '-',
    remarks.filter(Boolean).join('; '),
  ];
}

/** `verified 2026-11-21 (deep)`, `pinned`, `goes after 2026-11-28` */
function statesOf({ manifest, state }: Pick<CatalogueEntry, 'manifest' | 'state'>): string[] {
  const { verified, drilled, forgotten, pinned = manifest?.pinned ?? false } = state ?? {};
  const result = verified?.result === 'damaged' ? 'DAMAGED' : 'verified';
  return [
    ...(verified ? [`${result} ${verified.at.slice(0, dayLength)} (${verified.depth})`] : []),
    ...(drilled
      ? [`${drilled.result === 'equal' ? 'drilled' : 'DRILL FAILED'} ${drilled.at.slice(0, dayLength)}`]
      : []),
    ...(pinned ? ['pinned'] : []),
    ...(forgotten ? [`goes after ${forgotten.deleteAfter.slice(0, dayLength)}`] : []),
  ];
}

const dayLength = '2026-11-21'.length;
