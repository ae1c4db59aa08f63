import type { OperationContext } from '../core/context.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { listed } from '../core/listed.js';
import { countKinds } from '../estate/countKinds.js';
import type { Entity } from '../estate/entity.js';
import { bootstrapCommand, commandText, runCommand } from './gatewayCommands.js';
import { configArguments, withKongFile } from './kongCommand.js';
import { kongError } from './kongCommandErrors.js';
import type { KongAction, KongRestoreWay } from './kongConfigActions.js';
import { countsText } from './kongConfigBackup.js';
import { keptCounts, missingFrom, nameIn, planImport } from './kongConfigFile.js';
import { type Kept, keptFolder } from './kongConfigKept.js';
import { type DeclarativeFileOptions, nowOf } from './kongConfigOptions.js';
import { awaitReady, restartCommand } from './kongConfigRestart.js';
import { exportOf, type ImportSurvey, surveyImport } from './kongConfigSurvey.js';

/** Into a gateway with a database, by `kong config db_import`. */
export const kongImport: KongRestoreWay<ImportSurvey> = {
  survey: surveyImport,
  actions: actionsOf,
  counts: ({ live, file }) => ({ target: live?.counts ?? {}, snapshot: file.counts }),
};

function actionsOf(options: DeclarativeFileOptions, survey: ImportSurvey): KongAction[] {
  const kept = keptFolder(options.keep, survey.target.environment.name, nowOf(options));
  return [
    ...bootstrapAction(survey),
    keepAction(survey, kept),
    importAction(survey, kept),
    ...restartAction(options, survey),
    compareAction(survey),
  ];
}

function bootstrapAction({ state, target }: ImportSurvey): KongAction[] {
  if (state !== 'empty') return [];
  const command = bootstrapCommand(target.environment.kong);
  return [
    {
      step: {
        id: 'bootstrap',
        title: "Create Kong's tables in the empty database.",
        command: commandText(command),
        undo: 'Drop the database and create it anew.',
      },
      run: (context) => runCommand(target, command, 'kong.command', context),
    },
  ];
}

/** Where the Admin API has an entity: children of some kinds under their kind too. */
const listOf = (entities: readonly Entity[]): { kind: string; id: string }[] =>
  entities.map(({ kind, fields }) => ({ kind, id: String(fields['id']) }));

function record({ target, source, plan }: ImportSurvey, created: readonly Entity[]): string {
  const { environment } = target;
  const content = {
    environment: environment.name,
    adminUrl: environment.adminUrl,
    snapshot: source.manifest.id,
    created: listOf(created),
    changed: listOf(plan.updated),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function keepAction(survey: ImportSurvey, kept: Kept): KongAction {
  return {
    step: {
      id: 'keep',
      title: `Keep what the database holds now, and a list of what will be created, in ${kept.folder}.`,
    },
    async run() {
      if (survey.live) await kept.write('before.yaml', survey.live.text);
      await kept.write('import.json', record(survey, survey.plan.created));
    },
  };
}

function importAction(survey: ImportSurvey, kept: Kept): KongAction {
  const { kong, target, file, plan, facts } = survey;
  const { created, updated } = plan;
  const counts = (entities: readonly Entity[]): string => countsText(countKinds(entities), facts);
  const import_ = {
    id: 'import',
    title: `Import ${counts(file.entities)}: ${created.length} new, ${updated.length} there already.`,
  };
  return {
    step: {
      ...import_,
      command: commandText([...kong.command, ...configArguments(target, ['db_import', 'FILE'])]),
      ...(updated.length > 0 && {
        destroys: `Writes over entities with the same ids: ${counts(updated)}. The gateway answers 404 for what is new until it is restarted.`,
      }),
      undo: `Delete what import.json in ${kept.folder} lists as created, by its ids${updated.length > 0 ? '; `kong config db_import` of before.yaml there puts back what was written over' : ''}.`,
    },
    async run(context) {
      const output = await withKongFile(
        kong,
        file.text,
        (there) => kong.run(configArguments(target, ['db_import', there]), context),
        context,
      );
      if (output.exitCode === 0) return;
      throw await halfDone(survey, kept, kongError(output, kong.place, 'kong config db_import'), context);
    },
  };
}

/** What an import that failed left behind, by name. */
async function halfDone(
  survey: ImportSurvey,
  kept: Kept,
  error: KongBackupError,
  context: OperationContext,
): Promise<KongBackupError> {
  const { kong, target, facts, plan, file } = survey;
  const way = `What import.json in ${kept.folder} lists may have been created: delete it by its ids, or correct the cause and restore again.`;
  try {
    const now = await exportOf(kong, target, facts, context);
    const { updated } = planImport(file, now, facts);
    const before = new Set(plan.updated.map(({ fields }) => fields['id']));
    const created = updated.filter(({ fields }) => !before.has(fields['id']));
    if (created.length === 0) return withRemedy(error, `${error.remedy} Nothing was created.`);
    await kept.write('created.json', record(survey, created));
    const names = listed(created.map((entity) => `${entity.kind} ${nameIn(file, entity)}`));
    return withRemedy(
      error,
      `${error.remedy} ${created.length} entities were created before (${names}): created.json in ${kept.folder} lists them by id.`,
    );
  } catch (problem) {
    if (!isKongBackupError(problem) || problem.code === 'cancelled') throw problem;
    return withRemedy(error, `${error.remedy} ${way}`);
  }
}

const withRemedy = (error: KongBackupError, remedy: string): KongBackupError =>
  new KongBackupError(error.code, { place: error.place, reason: error.reason, remedy, cause: error });

/** A gateway that was down is started; one that runs has to forget what it remembers: until then it answers 404 for new routes. */
function restartAction(options: DeclarativeFileOptions, { kong, target, gateway }: ImportSurvey): KongAction[] {
  const { start } = target.environment.kong ?? {};
  const command = gateway ? restartCommand(target, kong.command) : start;
  if (!command) return [];
  return [
    {
      step: {
        id: gateway ? 'restart' : 'start',
        title: gateway
          ? 'Have the gateway read the database anew: until then it answers 404 for new routes.'
          : 'Start the gateway.',
        command: commandText(command),
      },
      async run(context) {
        await runCommand(target, command, gateway ? 'kong.restart' : 'kong.start', context);
        await awaitReady(options, target, context);
      },
    },
  ];
}

function compareAction({ kong, target, file, facts }: ImportSurvey): KongAction {
  return {
    step: { id: 'compare', title: 'Read the database back and compare it with the snapshot.' },
    async run(context) {
      const now = await exportOf(kong, target, facts, context);
      const missing = missingFrom(now, file, facts);
      const counts = keptCounts(now.counts, facts);
      const fewer = Object.entries(keptCounts(file.counts, facts)).filter(
        ([kind, count]) => (counts[kind] ?? 0) < count,
      );
      if (missing.length === 0 && fewer.length === 0) return;
      throw new KongBackupError('restore-incomplete', {
        place: target.environment.name,
        reason: `The database does not hold what was imported: ${listed(missing, 3)}`,
        remedy: 'See whether something else writes to the gateway, then restore again.',
      });
    },
  };
}
