import { InvalidArgumentError, Option } from 'commander';
import type { Validation } from '../../app.js';
import { collect } from '../commandSpec.js';
import type { CommandSpec } from '../commandSpec.js';
import { plural } from '../text.js';

const kinds = ['auto', 'deck', 'dbless'] as const;

const severities = ['off', 'information', 'warning', 'error'] as const;

interface ValidateFlags {
  gatewayVersion?: string;
  upgradeTo?: string;
  environment?: string;
  kind: (typeof kinds)[number];
  severity: Record<string, (typeof severities)[number]>;
  customPlugin: string[];
}

export const validateCommand: CommandSpec = {
  name: 'validate',
  summary: 'Check declarative files without a gateway.',
  example: 'kong-backup validate kong.yaml --gateway-version 3.9',
  declare(command) {
    command
      .argument('<files...>', 'files, or folders to search for declarative files')
      .option('--gateway-version <version>', "the gateway they are for (default: the file's own comment, or 3.9)")
      .option('--environment <name>', 'the environment they are for, by the version that its entry names')
      .option('--upgrade-to <version>', 'list only what breaks on the way to this version')
      .option('--severity <code=choice>', `change a check: ${severities.join(', ')}; repeatable`, addSeverity, {})
      .option('--custom-plugin <name>', 'a plugin of your own, not to be checked; repeatable', collect, [])
      .addOption(new Option('--kind <kind>', 'the format of the files').choices(kinds).default('auto'));
  },
  async run([files, flags], { app, context }) {
    const { gatewayVersion, upgradeTo, environment, kind, severity, customPlugin } = flags as ValidateFlags;
    const core = await app();
    const assumedVersion = environment && (await core.environment(environment)).gatewayVersion;
    const request = {
      kind,
      rules: { severity, customPlugins: customPlugin },
      ...(gatewayVersion !== undefined && { gatewayVersion }),
      ...(assumedVersion !== undefined && { assumedVersion }),
      ...(upgradeTo !== undefined && { upgradeTo }),
    };
    const validations = await core.validate(files as string[], request, context);
    const isValid = validations.every(({ valid }) => valid);
    return { data: validations, text: validations.map(textOf).join('\n'), verdict: isValid ? 0 : 1 };
  },
};

function addSeverity(text: string, before: ValidateFlags['severity']): ValidateFlags['severity'] {
  const [, code, choice] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  const severity = severities.find((known) => known === choice);
  if (code !== undefined && severity) return { ...before, [code]: severity };
  throw new InvalidArgumentError(`Write it as in plaintext-secret=off; there is ${severities.join(', ')}.`);
}

function textOf({ file, kind, gatewayVersion, upgradeTo, valid, diagnostics }: Validation): string {
  const lines = diagnostics.map(({ severity, code, message, path, range: { start } }) => {
    const where = `${file}:${start.line + 1}:${start.character + 1}`;
    return `${where}: ${severity}: ${message} [${code}]${path === '' ? '' : ` at ${path}`}`;
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const version = upgradeTo === undefined ? `Kong ${gatewayVersion}` : `Kong ${gatewayVersion} to ${upgradeTo}`;
  const fine = upgradeTo === undefined ? 'valid' : 'nothing breaks';
  return [...lines, `${file}: ${valid ? fine : plural(errors, 'error')} (${kind}, ${version})`].join('\n');
}
