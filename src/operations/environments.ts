import type { Environment } from '../core/environment.js';
import {
  addEnvironmentEntry,
  type EnvironmentsFile,
  parseEnvironmentsFile,
  type RulesCheck,
  removeEnvironmentEntry,
  updateEnvironmentEntry,
} from '../core/environmentsFile.js';
import { KongBackupError } from '../core/errors.js';
import { didYouMean, suggest } from '../core/suggest.js';
import type { TextFile } from '../core/textFile.js';

/** The environments of one file: read anew each time, so that an edit by hand counts at once. */
export interface Environments {
  environments(): Promise<EnvironmentsFile>;
  /** @throws KongBackupError `environment-missing`, `environment-invalid`. */
  environment(name: string): Promise<Environment>;
  /** @throws KongBackupError `environment-invalid`, `store-unwritable`. */
  addEnvironment(added: Omit<Environment, 'id'>): Promise<Environment>;
  updateEnvironment(name: string, changes: Omit<Environment, 'id'>): Promise<Environment>;
  removeEnvironment(name: string): Promise<void>;
}

/** @param checkRules says what of the rules for validation is not understood. */
export function createEnvironments(file: TextFile, checkRules?: RulesCheck): Environments {
  const environments = async (): Promise<EnvironmentsFile> => parseEnvironmentsFile(await file.read(), checkRules);
  const environment = async (name: string): Promise<Environment> => {
    const list = await environments();
    const found = list.environments.find((candidate) => candidate.name === name);
    if (!found) throw notFound(name, list, file.place);
    return found;
  };
  return {
    environments,
    environment,
    async addEnvironment(added) {
      const whole: Environment = { ...tidied(added), id: crypto.randomUUID() };
      await file.edit((text) => addEnvironmentEntry(text, whole, file.place));
      return whole;
    },
    async updateEnvironment(name, changes) {
      const { id } = await environment(name);
      const whole: Environment = { ...tidied(changes), id };
      await file.edit((text) => updateEnvironmentEntry(text, name, whole, file.place));
      return whole;
    },
    removeEnvironment: (name) => file.edit((text) => removeEnvironmentEntry(text, name, file.place)),
  };
}

/** What became of an entry of the file that can't be read, where something is done with all of them. */
export interface UnreadEnvironment {
  environment: string;
  at: string;
  result: 'failed';
  code: 'environment-invalid';
  place: string;
  reason: string;
  remedy: string;
}

/** One for each entry, whatever is wrong with it: who does something with all environments must not pass them over. */
export function unreadEnvironments({ problems }: EnvironmentsFile): UnreadEnvironment[] {
  const unread = new Map(
    problems.flatMap(({ environment, message, line }) =>
      environment === undefined ? [] : [[environment, `Line ${line + 1}: ${message}`] as const],
    ),
  );
  const at = new Date().toISOString();
  const common = {
    at,
    result: 'failed',
    code: 'environment-invalid',
    remedy: 'Put the environments file right.',
  } as const;
  return [...unread].map(([environment, reason]) => ({ ...common, environment, place: environment, reason }));
}

/** As it will be read again. */
const tidied = (environment: Omit<Environment, 'id'>): Omit<Environment, 'id'> => ({
  ...environment,
  adminUrl: environment.adminUrl.replace(/\/+$/, ''),
});

function notFound(name: string, { environments, problems }: EnvironmentsFile, file: string): KongBackupError {
  // Where a problem has no name it may well be the entry that is asked for.
  const problem =
    problems.find(({ environment }) => environment === name) ??
    problems.find(({ environment }) => environment === undefined);
  if (problem) {
    const sentence = /[.!?]$/.test(problem.message) ? problem.message : `${problem.message}.`;
    return new KongBackupError('environment-invalid', {
      place: `${file}:${problem.line + 1}:${problem.column + 1}`,
      reason: `${sentence} There is no environment "${name}" among those that can be read.`,
      remedy: 'Put the file right and try again.',
    });
  }
  const names = environments.map((each) => each.name);
  return new KongBackupError('environment-missing', {
    place: file,
    reason: `There is no environment "${name}".`,
    remedy:
      names.length > 0
        ? `There are ${names.join(', ')}.${didYouMean(suggest(name, names))}`
        : 'Add it to the file first.',
  });
}
