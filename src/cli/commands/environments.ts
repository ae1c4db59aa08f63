import path from 'node:path';
import type { App, EnvironmentList } from '../../app.js';
import type { OperationContext } from '../../core/context.js';
import { type Environment, type GatewayInfo, modeContradiction } from '../../core/environment.js';
import { isKongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';
import { isThere, noEnvironments } from '../noEnvironments.js';
import { table } from '../text.js';

/** What a probe said, or why it could not. */
type Check =
  | { gateway: GatewayInfo; contradiction?: string }
  | { error: { code: string; place: string; reason: string; remedy: string } };

/** A file that an entry names and nobody finds. */
interface MissingFile {
  environment: string;
  /** Such as `tls.caFile`. */
  setting: string;
  /** Absolute. */
  file: string;
}

export const environmentsCommand: CommandSpec = {
  name: 'environments',
  summary: 'List the gateways of the environments file.',
  example: 'kong-backup environments --check',
  declare(command) {
    command.option('--check', 'ask each gateway who it is');
  },
  async run([options], { app, context, environmentsFile, isFileNamed }) {
    const { check } = options as { check?: boolean };
    const product = await app();
    const list = await product.environments();
    const isEmpty = list.environments.length === 0 && list.problems.length === 0;
    if (isEmpty && (check || (isFileNamed && !(await isThere(environmentsFile))))) {
      throw await noEnvironments('kong-backup environments', environmentsFile);
    }
    const checks = check ? await Promise.all(list.environments.map((each) => ask(product, each, context))) : [];
    const rows = list.environments.map((environment, index) => ({ ...environment, ...checks[index] }));
    const missing = await missingFiles(list.environments, path.dirname(environmentsFile));
    const isOff = checks.some((each) => 'error' in each || each.contradiction !== undefined);
    const failed = isOff || list.problems.length > 0 || missing.length > 0;
    return {
      data: { environments: rows, problems: list.problems, missingFiles: missing },
      text: textOf(list, checks, missing),
      verdict: failed ? 1 : 0,
    };
  },
};

async function ask(app: App, environment: Environment, context: OperationContext): Promise<Check> {
  try {
    const gateway = await app.probe(environment, context);
    const contradiction = modeContradiction(environment, gateway);
    return { gateway, ...(contradiction !== undefined && { contradiction }) };
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const { code, place, reason, remedy } = error;
    return { error: { code, place, reason, remedy } };
  }
}

async function missingFiles(environments: readonly Environment[], folder: string): Promise<MissingFile[]> {
  const named = environments.flatMap(({ name, tls = {} }) =>
    (['caFile', 'certFile', 'keyFile'] as const).flatMap((key) => {
      const file = tls[key];
      return file === undefined ? [] : [{ environment: name, setting: `tls.${key}`, file: path.resolve(folder, file) }];
    }),
  );
  const found = await Promise.all(named.map(({ file }) => isThere(file)));
  return named.filter((_, index) => found[index] === false);
}

function textOf(
  { environments, problems }: EnvironmentList,
  checks: readonly Check[],
  missing: readonly MissingFile[],
): string {
  const rows = environments.map((environment, index) => {
    const { name, adminUrl } = environment;
    const check = checks[index];
    return [name, adminUrl, modeText(environment, check), flagsOf(environment), checkText(check)];
  });
  const complaints = problems.map(({ line, column, message }) => `line ${line + 1}, column ${column + 1}: ${message}`);
  complaints.push(
    ...missing.map(({ environment, setting, file }) => `${environment}: ${setting}: There is no file ${file}.`),
    ...checks.flatMap((check, index) =>
      'contradiction' in check ? [`${environments[index]?.name ?? ''}: ${check.contradiction}`] : [],
    ),
  );
  if (rows.length === 0 && complaints.length === 0) return 'There are no environments yet.';
  return [...(rows.length > 0 ? [table(rows)] : []), ...complaints].join('\n');
}

const flagsOf = (environment: Environment): string =>
  (['protected', 'readOnly', 'scratch'] as const).filter((flag) => environment[flag]).join(',') || '-';

/** `traditional` is also what nobody wrote: the gateway's own answer goes before it. */
const modeText = ({ mode }: Environment, check: Check | undefined): string =>
  mode === 'traditional' && check && 'gateway' in check ? check.gateway.mode : mode;

function checkText(check: Check | undefined): string {
  if (!check) return '';
  if ('error' in check) {
    const { code, place, reason } = check.error;
    // Only of a file the reason does not tell which.
    return code === 'file-unreadable' ? `${code}: ${place}: ${reason}` : `${code}: ${reason}`;
  }
  const { version, mode, workspaces } = check.gateway;
  return `Kong ${version}, ${mode}, workspaces ${workspaces.join(', ')}`;
}
