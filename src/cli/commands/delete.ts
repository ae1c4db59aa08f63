import type { App } from '../../app.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';

export const deleteCommand: CommandSpec = {
  name: 'delete',
  summary: 'Delete a snapshot.',
  example: 'kong-backup delete production/2026-11-21T06-35-17.123Z --yes',
  declare(command) {
    command.argument('<snapshot>', 'its id').option('--yes', "don't ask");
  },
  async run([name, options], { app, ask, context }) {
    const { yes } = options as { yes?: boolean };
    const product = await app();
    const id = await idOf(product, name as string);
    if (!yes) {
      const answer = await ask(`Delete ${id} for good? Type yes: `);
      if (answer === undefined) throw unconfirmed(id);
      if (answer !== 'yes') throw cancelled(id);
    }
    await product.deleteSnapshot(id, context);
    return { data: { deleted: id }, text: `Deleted ${id}.`, verdict: 0 };
  },
};

/** A snapshot that is damaged is no whole one, and can be deleted all the same: by its full id. */
async function idOf(app: App, name: string): Promise<string> {
  const listed = (await app.snapshots()).find(({ id }) => id === name);
  return listed?.id ?? (await app.snapshot(name)).id;
}

const unconfirmed = (place: string): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place,
    reason: 'The deletion was not agreed to.',
    remedy: 'Add --yes.',
  });
