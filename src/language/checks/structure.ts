import { oneOf } from '../article.js';
import { singular } from '../model.js';
import type { CheckInput, Finding } from './check.js';

/** Lists of entities are lists, and what is in them are maps. */
export function* structure({ model }: CheckInput): Generator<Finding> {
  for (const { path, kind, expected } of model.misfits) {
    const message =
      expected === 'list'
        ? `\`${kind}\` must be a list: start each ${singular(kind)} with \`- \`.`
        : `This must be ${oneOf(kind)}: keys and values, such as \`- ${firstKey[kind] ?? 'name'}: …\`.`;
    yield { severity: 'error', code: 'wrong-type', message, path };
  }
}

/** What an entity that has no name is written down with first. */
const firstKey: Readonly<Record<string, string>> = {
  acls: 'group',
  basicauth_credentials: 'username',
  ca_certificates: 'cert',
  certificates: 'cert',
  consumers: 'username',
  hmacauth_credentials: 'username',
  jwt_secrets: 'key',
  keyauth_credentials: 'key',
  targets: 'target',
};
