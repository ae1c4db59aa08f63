import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';

/** What a person had in front of them when they said yes to a plan. */
const confirmed = ['adminUrl', 'mode', 'workspaces', 'selectTags', 'protected', 'tls'] as const;
/** What else a person looked at who brings back a part other than the entities. */
const confirmedOfParts = ['database', 'kong', 'declarativeFile', 'files', 'mongodb', 'keyring', 'portal'] as const;

/**
 * The environment as it stands in the file now, when a plan that was made for it may still be applied.
 * @param options `ofPart`: of a plan to bring back another part than the entities.
 * @throws KongBackupError `plan-stale`, `environment-read-only`.
 */
export function currentEnvironment(
  planned: Environment,
  environments: readonly Environment[],
  { ofPart = false }: { ofPart?: boolean } = {},
): Environment {
  const now = environments.find(({ id }) => id === planned.id);
  if (!now) throw stale(planned, 'The environment is not in the file any more.');
  if (now.readOnly) {
    throw new KongBackupError('environment-read-only', {
      place: now.name,
      reason: 'The environment was marked readOnly since the plan was made.',
      remedy: 'Restore into another environment, or take readOnly out of the environments file.',
    });
  }
  const fields = ofPart ? [...confirmed, ...confirmedOfParts] : confirmed;
  const changed = fields.find((field) => textOf(now[field]) !== textOf(planned[field]));
  if (changed !== undefined) throw stale(planned, `The environment's ${changed} changed since the plan was made.`);
  return now;
}

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : JSON.stringify(value ?? false);

function stale({ name: place }: Environment, reason: string): KongBackupError {
  const remedy = 'Make a new plan, look at it and confirm it. Nothing was written.';
  return new KongBackupError('plan-stale', { place, reason, remedy });
}
