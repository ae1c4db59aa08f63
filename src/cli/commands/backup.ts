import { isUnknown } from '../../core/coverage.js';
import type { Manifest } from '../../core/snapshot.js';
import { collect, type CommandSpec } from '../commandSpec.js';
import { entities, formatBytes, gapText, table, totalOf } from '../text.js';

interface BackupFlags {
  label?: string;
  note?: string;
  workspace?: string[];
}

export const backupCommand: CommandSpec = {
  name: 'backup',
  summary: 'Take a snapshot of a gateway.',
  example: 'kong-backup backup production --label "before the upgrade"',
  declare(command) {
    command
      .argument('<environment>', 'a name from the environments file')
      .option('--label <text>', 'a short name for the snapshot')
      .option('--note <text>', 'why it was taken')
      .option('--workspace <name>', 'only this workspace; may be given several times', collect);
  },
  async run([name, flags], { app, context }) {
    const { label, note, workspace } = flags as BackupFlags;
    const product = await app();
    const environment = await product.environment(name as string);
    const manifest = await product.backup(
      environment,
      {
        ...(label !== undefined && { label }),
        ...(note !== undefined && { note }),
        ...(workspace && { workspaces: workspace }),
      },
      context,
    );
    const isPartial = manifest.coverage.notHeld.some(isUnknown) || (manifest.failures ?? []).length > 0;
    return { data: manifest, text: textOf(manifest, product.pathOf(manifest.id)), verdict: isPartial ? 3 : 0 };
  },
};

function textOf({ id, parts, coverage, warnings }: Manifest, folder: string | undefined): string {
  const rows = parts.map(({ workspace, counts, files, driver }) => [
    `  ${workspace ?? ''}`,
    entities(totalOf(counts)),
    formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0)),
    `${driver.id} ${driver.version}`,
  ]);
  const gaps = coverage.notHeld.map((gap) => `  ${gapText(gap)}`);
  return [
    id,
    ...(folder === undefined ? [] : [`  ${folder}`]),
    table(rows),
    ...(gaps.length > 0 ? ['Not in it:', ...gaps] : []),
    ...(warnings.length > 0 ? ['Warnings:', ...warnings.map(({ code, message }) => `  ${code}: ${message}`)] : []),
  ].join('\n');
}
