import { KongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';
import { table } from '../text.js';

export const checkCommand: CommandSpec = {
  name: 'check',
  summary: "Send an environment's smoke checks through its proxy.",
  example: 'kong-backup check production',
  declare(command) {
    command.argument('<environment>', 'a name from the environments file, with checks');
  },
  async run([name], { app, context }) {
    const product = await app();
    const environment = await product.environment(name as string);
    const results = await product.smokeChecks(environment, context);
    if (results.length === 0) throw noChecks(environment.name);
    const rows = results.map(({ name: check, passed, status, duration, problems }) => [
      passed ? 'passed' : 'FAILED',
      check,
      status === undefined ? '-' : String(status),
      `${duration} ms`,
      problems.join(' '),
    ]);
    return { data: results, text: table(rows), verdict: results.every(({ passed }) => passed) ? 0 : 1 };
  },
};

const noChecks = (name: string): KongBackupError =>
  new KongBackupError('environment-invalid', {
    place: name,
    reason: 'The environment has no checks.',
    remedy: 'Write some under `checks` in the environments file: see docs/environments.md.',
  });
