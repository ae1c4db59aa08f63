import { majorOf } from '../../schema/major.js';
import type { CheckInput, Finding } from './check.js';

/** A file of the 2.x line for a gateway of the 3.x line. The other way round, Kong's own verdict says it. */
export function* formatVersion({ kind, facts, value }: CheckInput): Generator<Finding> {
  const format = value['_format_version'];
  if (majorOf(facts.version) < 3 || typeof format !== 'string' || !/^[12]\./.test(format)) return;
  const path = ['_format_version'];
  const data = { suggestions: ['3.0'] };
  if (kind === 'deck') {
    const message = `decK refuses to sync format ${format} with Kong ${facts.version}: it wants \`_format_version: "3.0"\`. \`deck file convert --from kong-gateway-2.x --to kong-gateway-3.x\` rewrites a file, regular expressions in paths included.`;
    yield { severity: 'warning', code: 'format-version', message, path, data };
  } else {
    const message = `Format ${format} is that of Kong 2.x. Kong ${facts.version} reads it, and puts a \`~\` before paths that look like regular expressions; with format 3.0 the paths are taken as written.`;
    yield { severity: 'information', code: 'format-version', message, path, data };
  }
}
