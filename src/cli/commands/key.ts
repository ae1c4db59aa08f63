import path from 'node:path';
import { Argument } from 'commander';
import { defaultKeyFile } from '../../core/keyFile.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import type { CommandCall, CommandSpec, Outcome } from '../commandSpec.js';
import { formatBytes, plural, table } from '../text.js';

interface KeyFlags {
  file?: string;
  folder?: string;
  passphrase?: string;
  keptElsewhere?: boolean;
}

type Job = (store: string, flags: KeyFlags, call: CommandCall) => Promise<Outcome>;

export const keyCommand: CommandSpec = {
  name: 'key',
  summary: 'Make, replace, show or try the key of an encrypted store.',
  example: 'kong-backup key new archive --file /safe/archive.key',
  declare(command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(jobs)))
      .argument('<store>', 'a name from "stores" of the environments file')
      .option(
        '--file <path>',
        'the key file (new, rotate: one that is not there yet; check: instead of the one that is named)',
      )
      .option('--folder <path>', 'new: where the store keeps its snapshots, for one that is not named yet')
      .option(
        '--passphrase <reference>',
        'new: encrypt by the passphrase in env:VARIABLE or file:PATH, without a key file',
      )
      .option('--kept-elsewhere', "new, rotate: don't ask whether a copy of the key is kept elsewhere");
  },
  run([action, store, flags], call) {
    return jobs[action as keyof typeof jobs](store as string, flags as KeyFlags, call);
  },
};

const newKey: Job = async (store, flags, call) => {
  const { file, folder, passphrase, keptElsewhere } = flags;
  if (passphrase !== undefined) return byPassphrase(store, flags, call);
  const product = await call.app();
  const place = placeOf(file, call) ?? defaultKeyFile(store, process.env, process.platform);
  if (!keptElsewhere && !call.canAsk) throw unconfirmed(store);
  const key = await product.newKey(store, place, folder);
  const untouched = `${store}: not encrypted; the key stays in ${place}`;
  if (!keptElsewhere) await askWhetherKept(`The new key ${key.fingerprint} is in ${place}.`, untouched, call);
  await product.encryptStore(store, place, folder);
  const text = [`${store} encrypts to ${key.recipient}`, `  ${place}  ${key.fingerprint}`, ...warning].join('\n');
  return { data: { store, file: place, ...key }, text, verdict: 0 };
};

/** The key that the passphrase opens lies in the store: there is no file to be kept, but the passphrase. */
const byPassphrase: Job = async (store, { file, folder, passphrase = '', keptElsewhere }, call) => {
  if (file !== undefined) throw misused('--passphrase and --file exclude each other.', 'Leave one of them out.');
  const named = /^\$?\{?(env|file):([^{}]+)\}?$/.exec(passphrase);
  if (!named) {
    // It may be the passphrase itself, which is not repeated.
    throw misused(
      'The passphrase does not go on the command line, where others can read it.',
      'Say where it is: --passphrase env:VARIABLE or --passphrase file:PATH.',
    );
  }
  const reference = `\${${named[1]}:${named[2]}}`;
  if (!keptElsewhere && !call.canAsk) throw unconfirmed(store);
  const untouched = `${store}: not encrypted`;
  if (!keptElsewhere) await askWhetherKept(`The passphrase is read from ${reference}.`, untouched, call, 'it');
  const product = await call.app();
  const key = await product.encryptByPassphrase(store, reference, folder, call.context.signal);
  const text = [`${store} encrypts by the passphrase of ${reference}`, `  ${key.fingerprint}`, ...warning].join('\n');
  return { data: { store, passphrase: reference, ...key }, text, verdict: 0 };
};

const rotateKey: Job = async (store, { file, keptElsewhere }, call) => {
  const today = new Date().toISOString().slice(0, 10);
  const place = placeOf(file, call) ?? defaultKeyFile(`${store}-${today}`, process.env, process.platform);
  if (!keptElsewhere && !call.canAsk) throw unconfirmed(store);
  const product = await call.app();
  const key = await product.rotateKey(store, place);
  const said = `The new key ${key.fingerprint} is in ${place}, with the keys so far behind it.`;
  const untouched = `${store}: encrypts as before; the new key stays in ${place}`;
  if (!keptElsewhere) await askWhetherKept(said, untouched, call);
  const { recipients, replaced } = await product.useNewKey(store, place);
  const text = [
    `${store} encrypts to`,
    table(recipients.map(({ fingerprint, recipient }) => [`  ${fingerprint}`, recipient])),
    `Snapshots so far stay sealed to ${replaced.map(({ fingerprint }) => fingerprint).join(', ')}: ${place} opens all, old and new.`,
    'To seal them anew, move them into a store that encrypts to the new key alone.',
  ];
  return { data: { store, file: place, ...key, recipients, replaced }, text: text.join('\n'), verdict: 0 };
};

const showKey: Job = async (store, _flags, { app }) => {
  const { recipients, identityFile, hasPassphrase } = await (await app()).keysOf(store);
  const text = [
    table(recipients.map(({ fingerprint, recipient }) => [fingerprint, recipient])),
    ...(identityFile === undefined ? [] : [`key file: ${identityFile}`]),
    ...(hasPassphrase ? ['A passphrase opens it.'] : []),
  ];
  return { data: { store, recipients, identityFile, hasPassphrase }, text: text.join('\n').trim(), verdict: 0 };
};

const checkKey: Job = async (store, { file }, call) => {
  const product = await call.app();
  const done = await product.drillKey(store, placeOf(file, call), call.context.signal);
  const text =
    done.snapshot === undefined
      ? `${store} has no encrypted snapshot yet: take one, and check again.`
      : `The key opens ${done.snapshot}: ${plural(done.files, 'file')}, ${formatBytes(done.bytes)}.`;
  return { data: { store, ...done }, text, verdict: done.snapshot === undefined ? 1 : 0 };
};

const jobs = { new: newKey, rotate: rotateKey, show: showKey, check: checkKey };

const placeOf = (file: string | undefined, { workingFolder }: CommandCall): string | undefined =>
  file === undefined ? undefined : path.resolve(workingFolder, file);

const warning = [
  'Whoever has the key opens every snapshot. Without it nobody does, and nobody can make it again:',
  'keep a copy elsewhere than the snapshots and this machine, and try it: kong-backup key check.',
];

/** @throws KongBackupError `cancelled` unless the answer is yes. */
async function askWhetherKept(said: string, untouched: string, call: CommandCall, what = 'that file'): Promise<void> {
  const question = `${said} ${warning.join(' ')} Is a copy of ${what} kept elsewhere? Type yes: `;
  if ((await call.ask(question)) !== 'yes') throw cancelled(untouched);
}

const unconfirmed = (place: string): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place,
    reason: 'A lost key loses every snapshot of the store: nobody said that a copy is kept elsewhere.',
    remedy: 'Add --kept-elsewhere once you have seen to it.',
  });

const misused = (reason: string, remedy: string): KongBackupError =>
  new KongBackupError('environment-invalid', { place: 'kong-backup key', reason, remedy });
