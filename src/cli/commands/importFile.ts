import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { KongBackupError } from '../../core/errors.js';
import { type ImportKind, importKinds, type Manifest, type SnapshotWarning } from '../../core/snapshot.js';
import type { CommandCall, CommandSpec, Outcome } from '../commandSpec.js';
import { exitCodes } from '../exitCodes.js';
import { gapText, totalOf } from '../text.js';
import { decrypt, textOf } from './transfer.js';

interface ImportFlags {
  to?: string;
  identity?: string;
  decrypt?: boolean;
  environment?: string;
  as?: ImportKind;
  gatewayVersion?: string;
  label?: string;
  note?: string;
}

export const importCommand: CommandSpec = {
  name: 'import',
  summary: 'Take a snapshot from an archive, or make one of what another tool wrote.',
  example: 'kong-backup import kong.sql --environment production',
  declare(command) {
    command
      .argument('<file>', 'an archive by export; a file or folder of decK, a DB-less file, a dump by pg_dump, …')
      .option('--to <store>', 'of an archive: a name from "stores", or "default" (default: that of its environment)')
      .option('--identity <file>', 'of an archive: the key file that it was encrypted for, where no store names it')
      .option(...decrypt)
      .option('--environment <name>', 'of other files: whose snapshot it becomes')
      .addOption(new Option('--as <kind>', 'what it is, instead of what its content says').choices(importKinds))
      .option('--gateway-version <version>', 'the version of Kong that it is of, instead of what it says', version)
      .option('--label <text>', 'a name for the snapshot')
      .option('--note <text>', 'anything to remember with it');
  },
  async run([file, given], call) {
    const flags = given as ImportFlags;
    const product = await call.app();
    const place = path.resolve(call.workingFolder, file as string);
    if (flags.as === undefined && (await product.recogniseImport(place)) === 'archive') {
      return importArchive(place, flags, call);
    }
    if (flags.environment === undefined) throw noEnvironment(place);
    const environment = await product.environment(flags.environment);
    const { as, gatewayVersion, label, note } = flags;
    const options = {
      ...(as && { as }),
      ...(gatewayVersion !== undefined && { gatewayVersion }),
      ...(label !== undefined && { label }),
      ...(note !== undefined && { note }),
    };
    const manifest = await product.importFiles(place, environment, options, call.context);
    const faults = product.restoreFaults(manifest);
    return {
      data: { ...manifest, restoreFaults: faults },
      text: manifestText(manifest, faults),
      verdict: faults.length > 0 ? exitCodes.partial : exitCodes.fine,
    };
  },
};

async function importArchive(
  place: string,
  { to, identity, decrypt: mayDecrypt = false }: ImportFlags,
  { app, context, workingFolder }: CommandCall,
): Promise<Outcome> {
  const options = {
    mayDecrypt,
    ...(to !== undefined && { to }),
    ...(identity !== undefined && { identityFile: path.resolve(workingFolder, identity) }),
  };
  const done = await (await app()).importSnapshot(place, options, context);
  return { data: done, text: textOf(done, 'Imported'), verdict: 0 };
}

function manifestText(
  { id, parts, gateway, imported, warnings, coverage }: Manifest,
  faults: readonly SnapshotWarning[],
): string {
  const others = warnings.filter((each) => !faults.includes(each));
  const line = ({ code, message }: SnapshotWarning): string => `${code}: ${message}`;
  return [
    `Imported: ${id}`,
    `  ${imported?.kind ?? ''}, made ${imported?.madeAt ?? '?'}, Kong ${gateway.version} (${imported?.versionFrom ?? ''})`,
    ...parts.map(
      ({ kind, workspace, counts }) => `  ${[kind, workspace].filter(Boolean).join(' ')}: ${totalOf(counts)}`,
    ),
    ...(faults.length > 0
      ? ['It is kept as it was written. A restore would fail at these:', ...faults.map((each) => `  ${line(each)}`)]
      : []),
    ...others.map((each) => `warning: ${line(each)}`),
    ...coverage.notHeld.map((gap) => `not held: ${gapText(gap)}`),
  ].join('\n');
}

const noEnvironment = (place: string): KongBackupError =>
  new KongBackupError('environment-missing', {
    place,
    reason: 'A file that this product did not write belongs to no environment.',
    remedy: 'Name the one whose snapshot it becomes with --environment.',
  });

/** @throws InvalidArgumentError */
function version(text: string): string {
  if (/^\d+\.\d+/.test(text)) return text;
  throw new InvalidArgumentError('It must be a version such as 3.9 or 2.8.5.');
}
