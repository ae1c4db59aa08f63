import { isSecretField } from '../../core/secretFields.js';
import { formatPath } from '../../schema/problem.js';
import type { Path } from '../../schema/problem.js';
import { isEnvTemplate, isVaultReference } from '../templates.js';
import type { CheckInput, Finding } from './check.js';
import { fieldFinder } from './givenFields.js';

/** What can be known of a field by its place alone is: most entities have none that is left. */
const fromVaults = fieldFinder(
  ({ type, referenceable }, kind, path) =>
    type === 'string' && referenceable === true && (path.endsWith('.*') || isSecretField(kind, lastName(path))),
);

/** `config.redis.passwords[]` → "passwords" */
const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1).replaceAll('[]', '');

/**
 * A secret in clear where Kong would take it from a vault. Credentials of consumers are not among them: Kong reads none of
 * those from a vault, so nobody could do anything about it.
 */
export function* plaintextSecrets({ facts, model }: CheckInput): Generator<Finding> {
  // Vaults came with 3.0; before that only a trial of them.
  if (!facts.entities['vaults']) return;
  for (const entity of model.entities) {
    for (const { path, value } of fromVaults(facts, entity)) {
      if (typeof value !== 'string' || value === '' || isVaultReference(value) || isEnvTemplate(value)) continue;
      if (!isSecretField(entity.kind, nameOf(path))) continue;
      const message = `\`${formatPath(path)}\` stands here in clear. Kong can read it from a vault: \`{vault://env/my-secret}\`, for one, is the gateway's environment variable MY_SECRET.`;
      yield { severity: 'information', code: 'plaintext-secret', message, path: [...entity.path, ...path] };
    }
  }
}

/** The field's own name: what stands around it, such as `auth`, holds harmless fields too. */
const nameOf = (path: Path): string => path.findLast((part) => typeof part === 'string') ?? '';
