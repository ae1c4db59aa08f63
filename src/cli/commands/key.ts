import path from 'node:path';
import { Argument } from 'commander';
import { defaultKeyFile } from '../../core/keyFile.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import type { CommandCall, CommandSpec, Outcome } from '../commandSpec.js';
import { formatBytes, plural, table } from '../text.js';

interface KeyFlags {
  file?: string;
  folder?: string;
  keptElsewhere?: boolean;
}

export const keyCommand: CommandSpec = {
  name: 'key',
  summary: 'Make, show or try the key of an encrypted store.',
  example: 'kong-backup key new archive --file /safe/archive.key',
  declare(command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(['new', 'show', 'check']))
      .argument('<store>', 'a name from "stores" of the environments file')
      .option('--file <path>', 'the key file (new: one that is not there yet; check: instead of the one that is named)')
      .option('--folder <path>', 'new: where the store keeps its snapshots, for one that is not named yet')
      .option('--kept-elsewhere', "new: don't ask whether a copy of the key is kept elsewhere");
  },
  run([action, store, flags], call) {
    const job = action === 'new' ? newKey : action === 'show' ? showKey : checkKey;
    return job(store as string, flags as KeyFlags, call);
  },
};

async function newKey(store: string, { file, folder, keptElsewhere }: KeyFlags, call: CommandCall): Promise<Outcome> {
  const product = await call.app();
  const place =
    file === undefined ? defaultKeyFile(store, process.env, process.platform) : path.resolve(call.workingFolder, file);
  if (!keptElsewhere && !call.canAsk) throw unconfirmed(store);
  const key = await product.newKey(store, place, folder);
  if (!keptElsewhere) {
    const question = `The new key ${key.fingerprint} is in ${place}. ${warning.join(' ')} Is a copy of that file kept elsewhere? Type yes: `;
    if ((await call.ask(question)) !== 'yes') throw cancelled(`${store}: not encrypted; the key stays in ${place}`);
  }
  await product.encryptStore(store, place, folder);
  const text = [`${store} encrypts to ${key.recipient}`, `  ${place}  ${key.fingerprint}`, ...warning].join('\n');
  return { data: { store, file: place, ...key }, text, verdict: 0 };
}

async function showKey(store: string, _flags: KeyFlags, { app }: CommandCall): Promise<Outcome> {
  const { recipients, identityFile, hasPassphrase } = await (await app()).keysOf(store);
  const text = [
    table(recipients.map(({ fingerprint, recipient }) => [fingerprint, recipient])),
    ...(identityFile === undefined ? [] : [`key file: ${identityFile}`]),
    ...(hasPassphrase ? ['A passphrase opens it.'] : []),
  ];
  return { data: { store, recipients, identityFile, hasPassphrase }, text: text.join('\n').trim(), verdict: 0 };
}

async function checkKey(store: string, { file }: KeyFlags, call: CommandCall): Promise<Outcome> {
  const product = await call.app();
  const done = await product.drillKey(
    store,
    file === undefined ? undefined : path.resolve(call.workingFolder, file),
    call.context.signal,
  );
  const text =
    done.snapshot === undefined
      ? `${store} has no encrypted snapshot yet: take one, and check again.`
      : `The key opens ${done.snapshot}: ${plural(done.files, 'file')}, ${formatBytes(done.bytes)}.`;
  return { data: { store, ...done }, text, verdict: done.snapshot === undefined ? 1 : 0 };
}

const warning = [
  'Whoever has the key opens every snapshot. Without it nobody does, and nobody can make it again:',
  'keep a copy elsewhere than the snapshots and this machine, and try it: kong-backup key check.',
];

const unconfirmed = (place: string): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place,
    reason: 'A lost key loses every snapshot of the store: nobody said that a copy is kept elsewhere.',
    remedy: 'Add --kept-elsewhere once you have seen to it.',
  });
