import type { App, EnvironmentList } from '../../app.js';
import type { OperationContext } from '../../core/context.js';
import type { Environment, GatewayInfo } from '../../core/environment.js';
import { isKongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';
import { isThere, noEnvironments } from '../noEnvironments.js';
import { table } from '../text.js';

/** What a probe said, or why it could not. */
type Check = { gateway: GatewayInfo } | { error: { code: string; reason: string; remedy: string } };

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
    const failed = checks.some((each) => 'error' in each) || list.problems.length > 0;
    return {
      data: { environments: rows, problems: list.problems },
      text: textOf(list, checks),
      verdict: failed ? 1 : 0,
    };
  },
};

async function ask(app: App, environment: Environment, context: OperationContext): Promise<Check> {
  try {
    return { gateway: await app.probe(environment, context) };
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const { code, reason, remedy } = error;
    return { error: { code, reason, remedy } };
  }
}

function textOf({ environments, problems }: EnvironmentList, checks: readonly Check[]): string {
  const rows = environments.map((environment, index) => {
    const { name, adminUrl, mode } = environment;
    return [name, adminUrl, mode, flagsOf(environment), checkText(checks[index])];
  });
  const complaints = problems.map(({ line, column, message }) => `line ${line + 1}, column ${column + 1}: ${message}`);
  if (rows.length === 0 && complaints.length === 0) return 'There are no environments yet.';
  return [...(rows.length > 0 ? [table(rows)] : []), ...complaints].join('\n');
}

const flagsOf = (environment: Environment): string =>
  (['protected', 'readOnly', 'scratch'] as const).filter((flag) => environment[flag]).join(',') || '-';

function checkText(check: Check | undefined): string {
  if (!check) return '';
  if ('error' in check) return `${check.error.code}: ${check.error.reason}`;
  const { version, mode, workspaces } = check.gateway;
  return `Kong ${version}, ${mode}, workspaces ${workspaces.join(', ')}`;
}
