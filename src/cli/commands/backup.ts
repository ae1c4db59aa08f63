import path from 'node:path';
import type { App, EnvironmentBackup } from '../../app.js';
import { resultOf } from '../../core/backupResult.js';
import { acknowledgedKeyring, keyringNoticeIn } from '../../core/keyringNotice.js';
import type { Environment } from '../../core/environment.js';
import { KongBackupError } from '../../core/errors.js';
import type { PartKind } from '../../core/part.js';
import type { Manifest, PartFailure } from '../../core/snapshot.js';
import { partList } from '../partOptions.js';
import { collect, type CommandCall, type CommandSpec, type Outcome } from '../commandSpec.js';
import { metricsFile, writeMetrics } from '../metrics.js';
import { noEnvironments } from '../noEnvironments.js';
import { partAmount } from '../partAmount.js';
import { formatBytes, gapText, table } from '../text.js';

interface BackupFlags {
  all?: boolean;
  label?: string;
  note?: string;
  workspace?: string[];
  metrics?: string;
  parts?: PartKind[];
  resume?: string;
  acknowledgeKeyring?: boolean;
}

export const backupCommand: CommandSpec = {
  name: 'backup',
  summary: 'Take a snapshot of a gateway, or of all of them.',
  example: 'kong-backup backup production --label "before the upgrade"',
  declare(command) {
    command
      .argument('[environment]', 'a name from the environments file')
      .option('--all', 'every environment; one that fails stands in the way of no other')
      .option('--label <text>', 'a short name for the snapshot')
      .option('--note <text>', 'why it was taken')
      .option('--workspace <name>', 'only this workspace; may be given several times', collect)
      .option('--parts <list>', 'only these parts, with commas between them: see kong-backup plan', partList)
      .option('--resume <snapshot>', 'take only what failed in this one anew, and carry the rest over')
      .option('--acknowledge-keyring', 'the warning about lost keys of the keyring was read: no backup shows it again')
      .option('--metrics <file>', "write a .prom file for Prometheus' textfile collector", metricsFile);
  },
  async run([name, given], call) {
    const flags = given as BackupFlags;
    const { label, note, workspace, parts, resume } = flags;
    const isOfOne = [label, note, workspace, parts, resume, flags.acknowledgeKeyring].some(
      (option) => option !== undefined,
    );
    if (flags.all ? name !== undefined || isOfOne : name === undefined) throw whichOne();
    if (resume !== undefined && [label, note, workspace, parts].some((option) => option !== undefined))
      throw asBefore();
    const product = await call.app();
    const metrics = flags.metrics === undefined ? undefined : path.resolve(call.workingFolder, flags.metrics);
    if (flags.all) return backUpAll(product, metrics, call);
    const environment = await product.environment(name as string);
    const options = {
      ...(label !== undefined && { label }),
      ...(note !== undefined && { note }),
      ...(workspace && { workspaces: workspace }),
      ...(parts && { parts }),
      ...(resume !== undefined && { resume: (await product.snapshot(resume)).id }),
    };
    const failed = { environment: environment.name, result: 'failed' as const };
    let manifest: Manifest;
    try {
      manifest = await product.backup(environment, options, call.context);
    } catch (error) {
      await writeMetrics(product, metrics, [{ ...failed, at: new Date() }], call.context);
      throw error;
    }
    const result = resultOf(manifest);
    const runs = [{ environment: environment.name, result, at: new Date() }];
    const isWritten = await writeMetrics(product, metrics, runs, call.context);
    await rememberKeyring(product, environment, manifest, flags, call);
    const text = textOf(manifest, product.pathOf(manifest.id));
    return { data: manifest, text, verdict: result === 'ok' && isWritten ? 0 : 3 };
  },
};

/** What Kong's documents warn of is shown with each backup until somebody says that they read it. */
async function rememberKeyring(
  product: App,
  environment: Environment,
  { warnings }: Manifest,
  { acknowledgeKeyring = false }: BackupFlags,
  call: CommandCall,
): Promise<void> {
  const message = keyringNoticeIn(warnings);
  if (message === undefined) return;
  const question = `${message} Type yes when you have seen to it, and it is not said again: `;
  if (!acknowledgeKeyring && (await call.ask(question)) !== 'yes') return;
  await product.updateEnvironment(environment.name, acknowledgedKeyring(environment));
}

async function backUpAll(product: App, metrics: string | undefined, call: CommandCall): Promise<Outcome> {
  const { context, format, print, environmentsFile } = call;
  const told = (done: EnvironmentBackup): void => {
    if (format === 'jsonl') print({ data: done, text: '' });
  };
  const all = await product.backupAll(context, told);
  if (all.length === 0) throw await noEnvironments('kong-backup backup --all', environmentsFile);
  const runs = all.map(({ environment, result, at }) => ({ environment, result, at: new Date(at) }));
  const isWritten = await writeMetrics(product, metrics, runs, context);
  const isFine = isWritten && all.every(({ result }) => result === 'ok');
  return { data: all, text: table(all.map(rowOf)), verdict: isFine ? 0 : 3 };
}

const rowOf = (done: EnvironmentBackup): string[] =>
  done.result === 'failed'
    ? [done.environment, 'FAILED', `${done.code}: ${done.reason}`]
    : [done.environment, done.result, done.snapshot.id];

function textOf({ id, parts, coverage, warnings, failures = [] }: Manifest, folder: string | undefined): string {
  const rows = parts.map(({ kind, workspace, counts, files, driver }) => [
    `  ${workspace ?? kind}`,
    partAmount(kind, counts),
    formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0)),
    `${driver.id} ${driver.version}`,
  ]);
  const gaps = coverage.notHeld.map((gap) => `  ${gapText(gap)}`);
  return [
    id,
    ...(folder === undefined ? [] : [`  ${folder}`]),
    table(rows),
    ...(failures.length > 0 ? [`Failed; go on with --resume ${id}:`, ...failures.map(failureText)] : []),
    ...(gaps.length > 0 ? ['Not in it:', ...gaps] : []),
    ...(warnings.length > 0 ? ['Warnings:', ...warnings.map(({ code, message }) => `  ${code}: ${message}`)] : []),
  ].join('\n');
}

const failureText = ({ part, workspace, reason, remedy }: PartFailure): string =>
  `  ${workspace ?? part}: ${reason} ${remedy}`;

const whichOne = (): KongBackupError =>
  new KongBackupError('environment-missing', {
    place: 'kong-backup backup',
    reason: 'It takes either the name of one environment, with its options, or --all.',
    remedy: 'Name one, or add --all.',
  });

const asBefore = (): KongBackupError =>
  new KongBackupError('snapshot-without-part', {
    place: 'kong-backup backup --resume',
    reason: 'What is taken anew is what failed in that snapshot, with its label and note.',
    remedy: 'Leave the other options out.',
  });
