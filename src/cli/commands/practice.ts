import { once } from 'node:events';
import { InvalidArgumentError, Option } from 'commander';
import { schemaFolder } from '../../schema/folder.js';
import type { CommandSpec } from '../commandSpec.js';

const modes = ['traditional', 'dbless'] as const;

/** The version of Kong whose behaviour the practice gateway knows. */
const playedVersion = '3.9';

interface PracticeFlags {
  port: number;
  mode: (typeof modes)[number];
  empty?: boolean;
  enterprise?: boolean;
}

export const practiceCommand: CommandSpec = {
  name: 'practice',
  summary: 'Run an in-memory gateway to try things on.',
  example: 'kong-backup practice --port 8001',
  declare(command) {
    command
      .option('--port <number>', 'port of the Admin API; 0 takes a free one', parsePort, 8001)
      .addOption(new Option('--mode <mode>', 'with a database, or without').choices(modes).default('traditional'))
      .option('--empty', 'begin with nothing instead of an example; then it plays the community edition')
      .option('--enterprise', 'play Enterprise with its workspaces, as the example with a database does anyway');
  },
  async run([flags], { schemaFolder: folder, context, print }) {
    const { port, mode, empty, enterprise } = flags as PracticeFlags;
    const { startPracticeGateway } = await import('../../practice/practiceGateway.js');
    const gateway = await startPracticeGateway({
      facts: await schemaFolder(folder).facts(playedVersion),
      port,
      mode,
      estate: empty ? 'empty' : 'believable',
      ...(enterprise && { workspaces: empty ? ['default'] : ['default', 'payments'] }),
    });
    try {
      print({ data: { url: gateway.url, port: gateway.port, mode }, text: `Practice gateway at ${gateway.url}` });
      // To be stopped is how it ends: no failure.
      if (!context.signal.aborted) await once(context.signal, 'abort');
    } finally {
      await gateway.close();
    }
    return undefined;
  },
};

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a port between 0 and 65535.');
}
