import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { isObject, type Json } from '../../core/json.js';
import { type MigrationStep, migrationSteps } from '../../core/migration.js';
import { migrationReport } from '../../core/migrationReport.js';
import { formatKind } from '../format.js';
import { type MigrationAction, migrationActions } from '../views/migrationPages.js';
import { stepName } from '../views/migrationWords.js';
import type { Workbench } from '../workbench.js';
import type { Call, Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'environments' | 'migrations'>;
type Input = Record<string, Json>;

interface Action {
  needs: Needs;
  core: App;
  call: Call;
  id: string;
  step: MigrationStep;
  /** What a caller answers already; a person is asked for the rest. */
  given: Input;
}

/** What a button of a migration's page does. */
export const migrationStep = (needs: Needs): Command => ({
  id: 'kongBackup.migrationStep',
  async run(call, id, named, named2, given) {
    const action = migrationActions.find((each) => each === named);
    if (typeof id !== 'string' || !action) return;
    const core = await needs.app.get();
    const wanted = migrationSteps.find((each) => each === named2);
    const step = wanted ?? (await core.migrations.read(id)).next ?? 'take-down';
    const answers = isObject(given) ? given : {};
    try {
      await actions[action]({ needs, core, call, id, step, given: answers });
    } finally {
      needs.migrations.setBusy(id, false);
      await needs.migrations.refresh(id, step);
      needs.environments.refresh();
    }
  },
});

const actions: Readonly<Record<MigrationAction, (action: Action) => Promise<void>>> = {
  run,
  async decide({ core, id, step, given }) {
    const decision = given['decision'] ?? (await askDecision(step));
    if (decision !== 'go' && decision !== 'no-go') return;
    const reason = await reasonFor(given, vscode.l10n.t('Why? The report keeps it with your name.'));
    if (reason !== undefined) await core.migrations.decide(id, step, decision, reason);
  },
  async override({ core, id, step, given }) {
    const reason = await reasonFor(given, vscode.l10n.t('Why go on past “{0}”?', stepName(step)));
    if (reason !== undefined) await core.migrations.override(id, step, reason);
  },
  async note({ core, id, step, given }) {
    const note = await reasonFor(given, vscode.l10n.t('Note on “{0}”', stepName(step)));
    if (note !== undefined) await core.migrations.note(id, step, note);
  },
  async close({ core, id, given }) {
    const reason = await reasonFor(
      given,
      vscode.l10n.t('Why does nobody go on with it? The report keeps it with your name.'),
    );
    if (reason !== undefined) await core.migrations.close(id, reason);
  },
  async rollback({ needs, core, call, id, given }) {
    const command = await core.migrations.rollbackCommand(id);
    const question = vscode.l10n.t('Send all traffic to blue again?');
    if (!(await mayRun(given, question, command, vscode.l10n.t('Roll Back')))) return;
    needs.migrations.setBusy(id, true);
    await call.withProgress(vscode.l10n.t('Rolling back'), (context) => core.migrations.rollback(id, context));
  },
  async report({ core, id }) {
    const content = migrationReport(await core.migrations.read(id));
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document, { preview: false });
  },
  differences: showDifferences,
};

async function run({ needs, core, call, id, step, given }: Action): Promise<void> {
  const { migrations } = core;
  const command = await migrations.commandOf(id, step);
  const input = await inputFor({ core, call, id, step, given }, command !== undefined);
  if (!input) return;
  const title = vscode.l10n.t('Run a command of yours for “{0}”?', stepName(step));
  if (command && !(await mayRun(given, title, command, vscode.l10n.t('Run It')))) return;
  const again = await mayRunAgain(core, id, step, given);
  if (again === undefined) return;
  needs.migrations.setBusy(id, true);
  const job = call.withProgress(stepName(step), (context) =>
    migrations.run(id, step, { ...input, ...(again && { again }) }, context),
  );
  await job;
}

/** One that is told to be running is begun again only when somebody says that its program is no more. */
async function mayRunAgain(
  { migrations }: App,
  id: string,
  step: MigrationStep,
  given: Input,
): Promise<boolean | undefined> {
  const state = (await migrations.read(id)).steps.find((each) => each.step === step);
  const last = state?.runs.at(-1);
  if (state?.status !== 'running' || !last) return false;
  if (given['agreed'] === true) return true;
  const again = vscode.l10n.t('Run Again');
  const message = vscode.l10n.t('{0} began this step and did not end it. Is that program no more?', last.by);
  return (await vscode.window.showWarningMessage(message, { modal: true }, again)) === again ? true : undefined;
}

/** @returns undefined when the person gave up. */
async function inputFor(action: Omit<Action, 'needs'>, hasCommand: boolean): Promise<Input | undefined> {
  const { step, given } = action;
  const { agreed: _agreed, ...input } = given;
  if (Object.keys(input).length > 0) return input;
  if (step === 'blue-backup' && hasCommand) {
    const copy = await ask(vscode.l10n.t('Where is the copy of blue’s database put?'));
    return copy === undefined ? undefined : { copy };
  }
  return step === 'credentials' ? askSecrets(action) : input;
}

async function askSecrets(action: Omit<Action, 'needs'>): Promise<Input | undefined> {
  const list = { label: vscode.l10n.t('Only list the logins'), how: 'list' };
  const make = { label: vscode.l10n.t('Give them new secrets, in an encrypted file'), how: 'make' };
  const enter = { label: vscode.l10n.t('Enter their secrets one by one'), how: 'enter' };
  const chosen = await vscode.window.showQuickPick([list, make, enter], { title: stepName('credentials') });
  if (chosen?.how === 'enter') return enterSecrets(action);
  if (chosen?.how !== 'make') return chosen && {};
  const recipient = await ask(vscode.l10n.t('age recipient of who may read them (age1…)'));
  if (recipient === undefined) return undefined;
  const uri = await vscode.window.showSaveDialog({ filters: { age: ['age'] } });
  return uri && { recipient, file: uri.fsPath };
}

/** Kept nowhere: they go to green alone. */
async function enterSecrets({ core, call, id }: Omit<Action, 'needs'>): Promise<Input | undefined> {
  const logins = await call.withProgress(stepName('credentials'), (context) => core.migrations.logins(id, context));
  const entered: Json[] = [];
  for (const { workspace, kind, label, path } of logins) {
    if (path === undefined) continue;
    const name = `${workspace}: ${formatKind(kind)} ${label}`;
    const prompt = vscode.l10n.t('New secret of {0}. Left empty, it is not changed.', name);
    const secret = await vscode.window.showInputBox({ prompt, password: true, ignoreFocusOut: true });
    if (secret === undefined) return undefined;
    if (secret !== '') entered.push({ workspace, kind, label, secret });
  }
  return { entered };
}

async function mayRun(given: Input, message: string, command: readonly string[], title: string): Promise<boolean> {
  if (given['agreed'] === true) return true;
  const detail = command.join(' ');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, title)) === title;
}

async function askDecision(step: MigrationStep): Promise<'go' | 'no-go' | undefined> {
  const go = { label: vscode.l10n.t('Go'), decision: 'go' as const };
  const noGo = { label: vscode.l10n.t('No-go'), decision: 'no-go' as const };
  return (await vscode.window.showQuickPick([go, noGo], { title: stepName(step) }))?.decision;
}

const reasonFor = async (given: Input, prompt: string): Promise<string | undefined> =>
  typeof given['reason'] === 'string' ? given['reason'] : ask(prompt);

async function ask(prompt: string): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({ prompt, ignoreFocusOut: true });
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** What blue and green answered, side by side. They are documents without a file, which nothing keeps. */
async function showDifferences({ core, id }: Action): Promise<void> {
  for (const { check, blue, green, differences } of core.migrations.answers(id)) {
    if (differences.length === 0) continue;
    const [left, right] = await Promise.all([blue, green].map(answerDocument));
    if (!left || !right) continue;
    const title = vscode.l10n.t('{0}: blue ↔ green', check.name);
    await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, title, { preview: false });
  }
}

function answerDocument({ status, headers, body }: ReturnType<App['migrations']['answers']>[number]['blue']) {
  const names = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const content = [`HTTP ${status ?? '–'}`, ...names.sort(), '', new TextDecoder().decode(body)].join('\n');
  return vscode.workspace.openTextDocument({ content });
}
