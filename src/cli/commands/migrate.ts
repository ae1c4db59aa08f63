import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Argument, InvalidArgumentError, Option } from 'commander';
import type { App } from '../../app.js';
import { readSecretLines } from '../../core/enteredSecrets.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import { systemReason } from '../../core/fileErrors.js';
import type { Json } from '../../core/json.js';
import {
  isCheckpoint,
  type Migration,
  type MigrationStep,
  migrationSteps,
  type StepState,
  underWay,
} from '../../core/migration.js';
import { checklistOf } from '../../core/migrationChecklist.js';
import { migrationReport, titleOf } from '../../core/migrationReport.js';
import { collect, type CommandCall, type CommandSpec, type Outcome } from '../commandSpec.js';
import { writeNewFile } from '../newFile.js';
import { table } from '../text.js';

interface MigrateFlags {
  reason?: string;
  set?: string[];
  yes?: boolean;
  again?: boolean;
  secrets?: string;
  output?: string;
}

interface MigrateCall {
  product: App;
  words: readonly string[];
  flags: MigrateFlags;
  call: CommandCall;
}

const actions: Readonly<Record<string, (call: MigrateCall) => Promise<Outcome>>> = {
  async start({ product, words: [blue, green], call: { context } }) {
    if (blue === undefined || green === undefined) throw wrongWords('start BLUE GREEN');
    const other = underWay(await product.migrations.list(), green);
    const started = await product.migrations.start(blue, green);
    if (other) context.log.warn(twiceText(other));
    return shown(started);
  },
  list: async ({ product }) => {
    const all = await product.migrations.list();
    const rows = all.map((each) =>
      'error' in each
        ? [each.id, 'UNREADABLE', each.error.reason]
        : [each.id, each.closed ? 'closed' : (each.next ?? 'over'), `begun by ${each.createdBy}`],
    );
    return {
      data: all.map((each) => ('error' in each ? { id: each.id, ...told(each.error) } : each)),
      text: table(rows),
      verdict: all.some((each) => 'error' in each) ? 1 : 0,
    };
  },
  show: async ({ product, words: [id = ''] }) => shown(await product.migrations.read(id)),
  run,
  decide: async ({ product, words: [id = '', step, decision], flags: { reason = '' } }) => {
    if (decision !== 'go' && decision !== 'no-go') throw wrongWords('decide ID STEP go|no-go --reason "…"');
    return shown(await product.migrations.decide(id, stepOf(step), decision, reason));
  },
  override: async ({ product, words: [id = '', step], flags: { reason = '' } }) =>
    shown(await product.migrations.override(id, stepOf(step), reason)),
  note: async ({ product, words: [id = '', step, ...note] }) =>
    shown(await product.migrations.note(id, stepOf(step), note.join(' '))),
  close: async ({ product, words: [id = ''], flags: { reason = '' } }) =>
    shown(await product.migrations.close(id, reason)),
  rollback: async ({ product, words: [id = ''], flags, call }) => {
    const command = await product.migrations.rollbackCommand(id);
    await confirm(`Send all traffic to blue again by: ${command.join(' ')}\nType yes: `, flags, call);
    return shown(await product.migrations.rollback(id, call.context));
  },
  async report({ product, words: [id = ''], flags: { output }, call: { workingFolder } }) {
    const text = migrationReport(await product.migrations.read(id));
    if (output === undefined) return { data: { report: text }, text, markdown: text, verdict: 0 };
    const file = path.resolve(workingFolder, output);
    await writeNewFile(file, text);
    return { data: { file }, text: file, verdict: 0 };
  },
};

export const migrateCommand: CommandSpec = {
  name: 'migrate',
  summary: 'Move from a blue gateway to a green one, a step at a time: see docs/migration.md.',
  formats: ['markdown'],
  example: 'kong-backup migrate start blue green',
  declare(command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(actions)))
      .argument('[words...]', 'start BLUE GREEN; of all others the migration, then its step')
      .option(
        '--set <name=value>',
        'what a step wants to know: copy, recipient, file, renew, acceptDeletes; may be given several times',
        pair,
      )
      .option('--reason <text>', 'why: for decide, override and close')
      .option(
        '--secrets <file>',
        'credentials: secrets of your own, a line each: workspace, kind, name and secret with tabs between',
      )
      .option('--again', 'run: although a program that is no more began it')
      .option('--yes', "don't ask before a command of yours is run")
      .addOption(new Option('--output <file>', 'report: write it there'));
  },
  async run([action, words, given], call) {
    const job = actions[action as string];
    if (!job) throw wrongWords('');
    return job({ product: await call.app(), words: words as string[], flags: given as MigrateFlags, call });
  },
};

async function run({ product, words: [id = '', named], flags, call }: MigrateCall): Promise<Outcome> {
  const step = named === undefined ? (await product.migrations.read(id)).next : stepOf(named);
  if (step === undefined) return shown(await product.migrations.read(id));
  const command = await product.migrations.commandOf(id, step);
  if (command) await confirm(`${titleOf(step)} by: ${command.join(' ')}\nType yes: `, flags, call);
  const entered = flags.secrets === undefined ? undefined : await enteredIn(flags.secrets, call.workingFolder);
  const input = { ...inputOf(flags.set ?? []), ...(flags.again && { again: true }), ...(entered && { entered }) };
  const migration = await product.migrations.run(id, step, input, call.context);
  const state = migration.steps.find((each) => each.step === step);
  const isFine = state?.status === 'done';
  return { data: migration, text: state ? stepText(state) : '', verdict: isFine ? 0 : 1 };
}

/** @throws KongBackupError `file-unreadable`, `file-invalid`. */
async function enteredIn(given: string, workingFolder: string): Promise<Json> {
  const file = path.resolve(workingFolder, given);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const remedy = 'Check the path and the permissions of the file.';
    throw new KongBackupError('file-unreadable', { place: given, reason: systemReason(cause), remedy, cause });
  });
  return readSecretLines(text, given).map((each) => ({ ...each }));
}

/** @throws KongBackupError `confirmation-missing`, `cancelled`. */
async function confirm(question: string, { yes }: MigrateFlags, { ask }: CommandCall): Promise<void> {
  if (yes) return;
  const answer = await ask(question);
  if (answer === 'yes') return;
  if (answer !== undefined) throw cancelled('migrate');
  throw new KongBackupError('confirmation-missing', {
    place: 'migrate',
    reason: 'It runs a command of yours, and that was not agreed to.',
    remedy: 'Add --yes.',
  });
}

function stepOf(text: string | undefined): MigrationStep {
  const step = migrationSteps.find((each) => each === text);
  if (step) return step;
  throw wrongWords(`… ID STEP, with one of the steps ${migrationSteps.join(', ')}`);
}

const wrongWords = (how: string): KongBackupError =>
  new KongBackupError('migration-missing', {
    place: 'kong-backup migrate',
    reason: 'That is not how it is called.',
    remedy: `Call it as kong-backup migrate ${how}.`,
  });

function pair(text: string, before: string[] = []): string[] {
  if (!/^\w+=/.test(text)) throw new InvalidArgumentError('It must be name=value.');
  return collect(text, before);
}

const inputOf = (pairs: readonly string[]): Record<string, Json> =>
  Object.fromEntries(pairs.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]));

const told = ({ code, reason, remedy }: KongBackupError) => ({ code, reason, remedy });

const twiceText = ({ id, blue, createdBy, createdAt, next }: Migration): string =>
  `A migration into the same gateway is under way already: ${id}, from ${blue.name}, begun ${createdAt} by ${createdBy}, next ${next}.\n` +
  `  Go on with that one, unless you mean to begin anew: kong-backup migrate show ${id}\n` +
  `  If nobody does any more: kong-backup migrate close ${id} --reason "…"`;

/** Where a migration stands: every step, and what is next. */
function shown(migration: Migration): Outcome {
  const { id, blue, green, steps, next, closed } = migration;
  const rows = steps.map(({ step, status, runs, rolledBackAt }) => [
    `  ${step}`,
    status,
    rolledBackAt === undefined ? (runs.at(-1)?.outcome?.summary ?? '') : `Rolled back at ${rolledBackAt}.`,
  ]);
  const isDecided = next !== undefined && isCheckpoint(next);
  const lines = isDecided
    ? checklistOf(migration, next).map(({ step, state, text }) => [`  ${state}`, step, text])
    : [];
  return {
    data: migration,
    text: [
      `${id}: from ${blue.name} to ${green.name}`,
      table(rows),
      ...(isDecided ? ['Checklist:', table(lines)] : []),
      closed
        ? `Closed ${closed.at} by ${closed.by}: ${closed.reason}`
        : next === undefined
          ? 'All steps are over.'
          : isDecided
            ? `Next: kong-backup migrate decide ${id} ${next} go --reason "…"`
            : `Next: kong-backup migrate run ${id} ${next}`,
    ].join('\n'),
    verdict: 0,
  };
}

function stepText({ step, status, runs }: StepState): string {
  const outcome = runs.at(-1)?.outcome;
  const figures = Object.entries(outcome?.figures ?? {}).map(([name, figure]) => [`  ${name}`, String(figure)]);
  return [
    `${titleOf(step)}: ${status}. ${outcome?.summary ?? ''}`.trim(),
    ...(figures.length > 0 ? [table(figures)] : []),
    ...(outcome?.findings ?? []).map(({ severity, message, remedy = '' }) =>
      `${severity}: ${message} ${remedy}`.trim(),
    ),
  ].join('\n');
}
