import type { CheckInput, Finding } from './check.js';

/**
 * Where something can be judged only with its parent known, as a password that is hashed with the consumer's id, Kong judges
 * the whole file a second time with the parents filled in. Up to 3.9 it forgets SNIs then, because certificates have a field
 * of that name, and refuses the file.
 */
export function* nestedSnis({ kind, facts, model }: CheckInput): Generator<Finding> {
  if (kind !== 'dbless' || !facts.entities['certificates']?.fields['snis'] || Number(facts.version.slice(2)) > 9)
    return;
  const judgedTwice = model.entities.some(
    ({ kind, parent, value }) => parent && kind === 'basicauth_credentials' && typeof value['password'] === 'string',
  );
  if (!judgedTwice) return;
  for (const { kind, parent, path } of model.entities) {
    if (kind !== 'snis' || !parent) continue;
    const message = `Kong ${facts.version} refuses SNIs inside a certificate when the file also has basic-auth credentials inside a consumer: list the SNIs at the top of the file, each with its \`certificate\`.`;
    yield { severity: 'error', code: 'nested-snis', message, path: [...path, 'certificate'] };
  }
}
