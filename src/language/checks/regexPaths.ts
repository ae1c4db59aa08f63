import { majorOf } from '../../schema/major.js';
import { isEnvTemplate } from '../templates.js';
import type { CheckInput, Finding } from './check.js';

/** Characters that mean something in a regular expression and stand in few addresses. */
const metacharacters = /[\\^$*+?()[\]{}|]/;

/** From 3.0 on only a path that starts with `~` is a regular expression. */
export function* regexPaths({ kind, facts, value, model }: CheckInput): Generator<Finding> {
  if (majorOf(facts.version) < 3) return;
  // A DB-less gateway adds the `~` to paths of the older formats itself.
  if (kind === 'dbless' && value['_format_version'] !== '3.0') return;
  for (const entity of model.entities) {
    const { paths } = entity.value;
    if (entity.kind !== 'routes' || !Array.isArray(paths)) continue;
    for (const [index, path] of paths.entries()) {
      if (typeof path !== 'string' || !path.startsWith('/') || isEnvTemplate(path)) continue;
      const found = metacharacters.exec(path)?.[0];
      if (found === undefined) continue;
      const message = `Kong ${facts.version} compares this path letter by letter, \`${found}\` included, because it does not start with \`~\`. ${advice(path)}`;
      const data = { suggestions: [`~${path}`] };
      yield { severity: 'warning', code: 'regex-path', message, path: [...entity.path, 'paths', index], data };
    }
  }
}

const advice = (path: string): string =>
  path.endsWith('/*')
    ? `A path matches whatever starts with it: write \`${path.slice(0, -1)}\`.`
    : `For a regular expression write \`~${path}\`.`;
