import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { listed } from '../core/listed.js';
import { getConfig, postConfig, waitUntil } from '../gateway/declarativeConfig.js';
import { fileActions } from './dblessFileActions.js';
import { type DblessSurvey, replaced, surveyDbless } from './dblessSurvey.js';
import type { KongAction, KongRestoreWay } from './kongConfigActions.js';
import { countDifferences, isKept, keptCounts, missingFrom, namesMissing, readKongFile } from './kongConfigFile.js';
import { type Kept, keptFolder, stamp } from './kongConfigKept.js';
import { type DeclarativeFileOptions, nowOf, readyTimeOf } from './kongConfigOptions.js';

/** Into a gateway without a database: by its file, or by `POST /config`. */
export const dblessRestore: KongRestoreWay<DblessSurvey> = {
  survey: surveyDbless,
  actions: actionsOf,
  counts: ({ live, source }) => ({ target: live?.counts ?? {}, snapshot: source.file.counts }),
};

function actionsOf(options: DeclarativeFileOptions, survey: DblessSurvey): KongAction[] {
  const now = nowOf(options);
  const kept = keptFolder(options.keep, survey.target.environment.name, now);
  const before = survey.way === 'file' ? fileActions(options, survey, stamp(now)) : postActions(options, survey, kept);
  return [...before, compareAction(options, survey)];
}

function postActions(options: DeclarativeFileOptions, survey: DblessSurvey, kept: Kept): KongAction[] {
  return [
    {
      step: { id: 'keep', title: `Keep what the gateway runs now as before.yaml in ${kept.folder}.` },
      async run() {
        if (survey.live) await kept.write('before.yaml', survey.live.text);
      },
    },
    {
      step: {
        id: 'post',
        title: 'Load the configuration into the gateway.',
        command: 'POST /config?check_hash=1&flatten_errors=1',
        destroys: replaced(survey),
        undo: `kong-backup kept ${survey.target.environment.name} --undo ${path.join(kept.folder, 'before.yaml')} (or POST that file to /config), or restart the gateway, which loads its own file.`,
      },
      run: (context) => post(options, survey, context),
    },
  ];
}

/** @throws KongBackupError `file-invalid` with what the gateway refuses, at its lines; `gateway-*`. */
async function post(
  { judge }: DeclarativeFileOptions,
  { client, source, target, version }: DblessSurvey,
  { signal, log }: OperationContext,
): Promise<void> {
  const { text } = source.file;
  const { name } = target.environment;
  const loaded = await postConfig(client, text, signal);
  if (loaded.verdict === 'same') log.info(`${name}: the gateway holds this configuration already.`);
  if (loaded.verdict !== 'refused') return;
  const { answer } = loaded;
  const places = await judge.locate(text, { by: `Kong ${version}`, answer }, { version });
  throw new KongBackupError('file-invalid', {
    place: name,
    reason: `The gateway refuses the configuration${places.length > 0 ? `: ${listed(places)}` : ', and does not say why in a way that is known here.'}`,
    remedy: 'Nothing was changed. Change the gateway back to the version of the snapshot, or correct the file.',
  });
}

function compareAction(options: DeclarativeFileOptions, survey: DblessSurvey): KongAction {
  return {
    step: { id: 'compare', title: 'Read the configuration back and compare it with the snapshot.' },
    async run(context) {
      const limit = readyTimeOf(options);
      let last: string[] = [];
      const look = async (): Promise<true | undefined> => {
        last = await differences(survey, context);
        return last.length === 0 ? true : undefined;
      };
      // Workers that are on their way out still answer for a moment.
      if (await waitUntil(look, survey.target.environment.name, { limit, signal: context.signal })) return;
      throw new KongBackupError('restore-incomplete', {
        place: survey.target.environment.name,
        reason: `The gateway does not run what was restored: ${listed(last, 3)}`,
        remedy: "Look into the gateway's error log, and whether it loads another file.",
      });
    },
  };
}

async function differences(
  { client, facts, source: { file, comparable } }: DblessSurvey,
  { signal }: OperationContext,
): Promise<string[]> {
  let text: string;
  try {
    text = await getConfig(client, signal);
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    return [error.reason];
  }
  const live = readKongFile(text, 'GET /config', facts);
  const counts = [live, file].map((each) => keptCounts(each.counts, facts));
  const different = countDifferences(counts[0] ?? {}, counts[1] ?? {}, 'The gateway', 'the snapshot');
  if (different.length > 0) return different;
  if (comparable === 'names') return namesMissing(live, file, facts);
  if (comparable === 'fields') return missingFrom(live, file, facts);
  const there = new Set(live.entities.map(({ fields }) => fields['id']));
  return file.entities.flatMap(({ kind, fields }) =>
    isKept(kind, facts) && !there.has(fields['id']) ? [`${kind} ${String(fields['id'])} is not there.`] : [],
  );
}
