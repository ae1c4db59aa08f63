import { rustRegexFault } from '../../schema/formats/rustRegex.js';
import type { SchemaProblem } from '../../schema/problem.js';
import type { Entity } from '../model.js';
import type { Finding } from './check.js';

/**
 * What to say when Kong's router can't compile a path, which Kong says of the route as a whole and with a drawing of an
 * expression that nobody wrote. Undefined when it is not about that.
 */
export function routerRegex(
  { message: said }: SchemaProblem,
  { kind, path, value: { paths } }: Entity,
): Pick<Finding, 'code' | 'message' | 'mark'> | undefined {
  if (kind !== 'routes' || !said.startsWith('Router Expression failed') || !Array.isArray(paths)) return undefined;
  for (const [index, text] of paths.entries()) {
    if (typeof text !== 'string' || !text.startsWith('~')) continue;
    const regex = text.slice(1);
    const fault = rustRegexFault(regex);
    if (!fault) continue;
    const what = regex.slice(fault.at, fault.at + fault.length);
    const message = `Kong's router can't compile this regular expression: ${fault.error} (\`${what}\`). The router's expressions are simpler than those of most tools: split the path over several routes.`;
    return { code: 'router-regex', message, mark: [...path, 'paths', index] };
  }
  return undefined;
}
