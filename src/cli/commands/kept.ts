import { KongBackupError } from '../../core/errors.js';
import type { KeptState } from '../../core/keptState.js';
import type { CommandSpec } from '../commandSpec.js';
import { type ConfirmFlags, stepConfirm } from '../stepConfirm.js';
import { formatBytes, table } from '../text.js';

export const keptCommand: CommandSpec = {
  name: 'kept',
  summary: 'What restores of parts put aside: list it, put it back, or let it go.',
  example: 'kong-backup kept production --undo kong_before_20261121t063517',
  declare(command) {
    command
      .argument('<environment>', 'a name from the environments file')
      .option('--undo <name>', 'put it back; what is in its place now is kept in its turn')
      .option('--let-go <name>', 'delete it for good')
      .option('--yes', "don't ask")
      .option('--confirm <name>', "the environment's name again, for one that is protected");
  },
  async run([name, given], call) {
    const { undo, letGo, ...flags } = given as ConfirmFlags & { undo?: string; letGo?: string };
    if (undo !== undefined && letGo !== undefined) throw oneOnly();
    const product = await call.app();
    const environment = await product.environment(name as string);
    if (undo !== undefined) {
      const confirm = stepConfirm(environment, flags, call);
      const kept = await product.undoKept(environment, undo, confirm, call.context);
      const text = kept === undefined ? 'Nothing was done.' : `${undo} is back. What was in its place is kept: ${kept}`;
      return { data: { undone: undo, kept: kept ?? null }, text, verdict: kept === undefined ? 1 : 0 };
    }
    if (letGo !== undefined) {
      const confirm = stepConfirm(environment, flags, call);
      const isGone = await product.letGoKept(environment, letGo, confirm, call.context);
      return {
        data: { letGo, isGone },
        text: isGone ? `${letGo} is gone.` : 'Nothing was done.',
        verdict: isGone ? 0 : 1,
      };
    }
    const all = await product.keptStates(environment, call.context);
    return { data: all, text: all.length === 0 ? 'Restores kept nothing here.' : table(all.map(rowOf)), verdict: 0 };
  },
};

const rowOf = ({ part, name, about, at = '', bytes }: KeptState): string[] => [
  part,
  name,
  at,
  bytes === undefined ? '' : formatBytes(bytes),
  about,
];

const oneOnly = (): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place: 'kong-backup kept',
    reason: 'It takes either --undo or --let-go.',
    remedy: 'Do one after the other.',
  });
