import { InvalidArgumentError, Option } from 'commander';
import type { App, OnlineValidation, Validation } from '../../app.js';
import type { FileApp } from '../../fileApp.js';
import type { OperationContext } from '../../core/context.js';
import { KongBackupError } from '../../core/errors.js';
import { collect } from '../commandSpec.js';
import type { CommandSpec } from '../commandSpec.js';
import { entities as entityCount, plural } from '../text.js';

const kinds = ['auto', 'deck', 'dbless'] as const;

const severities = ['off', 'information', 'warning', 'error'] as const;

interface ValidateFlags {
  gatewayVersion?: string;
  upgradeTo?: string;
  environment?: string;
  live?: boolean;
  online?: string;
  kind: (typeof kinds)[number];
  severity: Record<string, (typeof severities)[number]>;
  customPlugin: string[];
}

export const validateCommand: CommandSpec = {
  name: 'validate',
  summary: 'Check declarative files without a gateway, or by asking one.',
  example: 'kong-backup validate kong.yaml --gateway-version 3.9',
  declare(command) {
    command
      .argument('<files...>', 'files, or folders to search for declarative files')
      .option('--gateway-version <version>', "the gateway they are for (default: the file's own comment, or 3.9)")
      .option('--environment <name>', 'the environment they are for, by the version that its entry names')
      .option('--live', "ask that environment's gateway for its version, plugins and schemas")
      .option('--online <environment>', 'ask the gateway of an environment whether it would take them; writes nothing')
      .option('--upgrade-to <version>', 'list only what breaks on the way to this version')
      .option('--severity <code=choice>', `change a check: ${severities.join(', ')}; repeatable`, addSeverity, {})
      .option('--custom-plugin <name>', 'a plugin of your own, not to be checked; repeatable', collect, [])
      .addOption(new Option('--kind <kind>', 'the format of the files').choices(kinds).default('auto'));
  },
  async run([files, flags], { app, context, fileApp }) {
    const options = flags as ValidateFlags;
    refuseContradictions(options);
    const gateway = options.online ?? (options.live ? options.environment : undefined);
    const validations = await (gateway === undefined
      ? validateHere(await fileApp(), files as string[], options, context)
      : validateThere(await app(), files as string[], gateway, options, context));
    const isFine = validations.every((one) => ('verdict' in one ? one.verdict === 'taken' : one.valid));
    return { data: validations, text: validations.map(textOf).join('\n'), verdict: isFine ? 0 : 1 };
  },
};

async function validateHere(
  core: FileApp,
  files: string[],
  { gatewayVersion, upgradeTo, environment, kind, severity, customPlugin }: ValidateFlags,
  context: OperationContext,
): Promise<Validation[]> {
  const assumedVersion = environment && (await core.environment(environment)).gatewayVersion;
  const request = {
    kind,
    rules: { severity, customPlugins: customPlugin },
    ...(gatewayVersion !== undefined && { gatewayVersion }),
    ...(assumedVersion !== undefined && { assumedVersion }),
    ...(upgradeTo !== undefined && { upgradeTo }),
  };
  return core.validate(files, request, context);
}

async function validateThere(
  core: App,
  files: string[],
  name: string,
  { kind, severity, customPlugin, online }: ValidateFlags,
  context: OperationContext,
): Promise<OnlineValidation[]> {
  const request = { kind, rules: { severity, customPlugins: customPlugin }, ask: online !== undefined };
  return core.validateOnline(files, await core.environment(name), request, context);
}

/** A gateway that is asked has one version, and nobody asks it what another would say. */
function refuseContradictions({ online, live, environment, gatewayVersion, upgradeTo }: ValidateFlags): void {
  const asks = online !== undefined ? '--online' : live ? '--live' : undefined;
  const other =
    gatewayVersion !== undefined ? '--gateway-version' : upgradeTo !== undefined ? '--upgrade-to' : undefined;
  const fail = (reason: string, remedy: string): KongBackupError =>
    new KongBackupError('environment-missing', { place: 'kong-backup validate', reason, remedy });
  if (live && online === undefined && environment === undefined) {
    throw fail('--live has no environment to ask.', 'Name it with --environment.');
  }
  if (asks !== undefined && other !== undefined) {
    throw fail(`${asks} and ${other} contradict each other.`, `Leave out one of them.`);
  }
}

function addSeverity(text: string, before: ValidateFlags['severity']): ValidateFlags['severity'] {
  const [, code, choice] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  const severity = severities.find((known) => known === choice);
  if (code !== undefined && severity) return { ...before, [code]: severity };
  throw new InvalidArgumentError(`Write it as in plaintext-secret=off; there is ${severities.join(', ')}.`);
}

function textOf(validation: Validation | OnlineValidation): string {
  const { file, kind, gatewayVersion, upgradeTo, valid, diagnostics } = validation;
  const lines = diagnostics.map(({ severity, code, message, path, source, range: { start } }) => {
    const where = `${file}:${start.line + 1}:${start.character + 1}`;
    const said = source === undefined ? message : `${source}: ${message}`;
    return `${where}: ${severity}: ${said} [${code}]${path === '' ? '' : ` at ${path}`}`;
  });
  const errors = plural(diagnostics.filter(({ severity }) => severity === 'error').length, 'error');
  if ('verdict' in validation) return [...lines, ...onlineLines(validation, errors)].join('\n');
  const version = upgradeTo === undefined ? `Kong ${gatewayVersion}` : `Kong ${gatewayVersion} to ${upgradeTo}`;
  const fine = upgradeTo === undefined ? 'valid' : 'nothing breaks';
  return [...lines, `${file}: ${valid ? fine : errors} (${kind}, ${version})`].join('\n');
}

function onlineLines({ file, kind, gateway, verdict, asked, gaps }: OnlineValidation, errors: string): string[] {
  const open = gaps.map(({ kind: of, count, reason }) => {
    const what = [...(of === undefined ? [] : [of]), ...(count === undefined ? [] : [`(${entityCount(count)})`])];
    return `${file}: not proved: ${what.length > 0 ? `${what.join(' ')}: ` : ''}${reason}`;
  });
  const by = asked.map(({ by: whom, entities }) => `${entityCount(entities)} by ${whom}`).join(', ');
  const result = { taken: 'valid', refused: errors, unproved: 'nothing refused, but not everything could be asked' };
  const how = by === '' ? `by the schemas of ${gateway}` : `asked about ${by}`;
  return [...open, `${file}: ${result[verdict]} (${kind}, ${how})`];
}
