import { Option } from 'commander';
import type { Validation } from '../../app.js';
import type { CommandSpec } from '../commandSpec.js';
import { plural } from '../text.js';

const kinds = ['auto', 'deck', 'dbless'] as const;

interface ValidateFlags {
  gatewayVersion?: string;
  kind: (typeof kinds)[number];
}

export const validateCommand: CommandSpec = {
  name: 'validate',
  summary: 'Check declarative files without a gateway.',
  example: 'kong-backup validate kong.yaml --gateway-version 3.9',
  declare(command) {
    command
      .argument('<files...>', 'files, or folders to search for declarative files')
      .option('--gateway-version <version>', 'the gateway they are for (default: 3.9)')
      .addOption(new Option('--kind <kind>', 'the format of the files').choices(kinds).default('auto'));
  },
  async run([files, flags], { app, context }) {
    const { gatewayVersion, kind } = flags as ValidateFlags;
    const options = { kind, ...(gatewayVersion !== undefined && { gatewayVersion }) };
    const validations = await (await app()).validate(files as string[], options, context);
    const isValid = validations.every(({ valid }) => valid);
    return { data: validations, text: validations.map(textOf).join('\n'), verdict: isValid ? 0 : 1 };
  },
};

function textOf({ file, kind, gatewayVersion, valid, diagnostics }: Validation): string {
  const lines = diagnostics.map(({ severity, code, message, path, range: { start } }) => {
    const where = `${file}:${start.line + 1}:${start.character + 1}`;
    return `${where}: ${severity}: ${message} [${code}]${path === '' ? '' : ` at ${path}`}`;
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const verdict = valid ? 'valid' : plural(errors, 'error');
  return [...lines, `${file}: ${verdict} (${kind}, Kong ${gatewayVersion})`].join('\n');
}
