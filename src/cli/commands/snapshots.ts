import type { CatalogueEntry } from '../../core/snapshot.js';
import type { CommandSpec } from '../commandSpec.js';
import { entities, formatBytes, plural, table, totalOf } from '../text.js';

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
      data: entries,
      text: entries.length === 0 ? 'There are no snapshots yet.' : table(entries.map(rowOf)),
      verdict: entries.some(({ problem }) => problem) ? 1 : 0,
    };
  },
};

function rowOf({ id, manifest, problem }: CatalogueEntry): string[] {
  if (problem) return [id, problem.code, problem.reason];
  const { parts, gateway, label, warnings, guards } = manifest;
  const bytes = parts.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  const count = parts.reduce((sum, { counts }) => sum + totalOf(counts), 0);
  const remarks = [label, guards && `guards ${guards}`, warnings.length > 0 && plural(warnings.length, 'warning')];
  return [id, formatBytes(bytes), entities(count), `Kong ${gateway.version}`, remarks.filter(Boolean).join('; ')];
}
