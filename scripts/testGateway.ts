import { parseArgs } from 'node:util';
import type { GatewayToTest } from '../test/contract/entityDriverGateway.js';
import { readGateway, wipeGateway } from '../test/helpers/gatewayContents.js';
import { root } from './lib/places.js';
import { say } from './lib/say.js';

const usage = `npm run test:gateway -- --admin URL [--header NAME:VALUE …] [--wipe]

Runs the driver suite against a gateway: every engine dumps, changes and restores it. The gateway is emptied again and again,
so one that holds anything is refused, unless --wipe says that all of it may go.`;

const scratchWorkspace = 'kong-backup-test';

/** @returns the exit code: 0 passed, 1 failed, 2 could not run. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      admin: { type: 'string' },
      header: { type: 'string', multiple: true },
      wipe: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.admin === undefined) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const url = values.admin.replace(/\/+$/, '');
  const headers = Object.fromEntries((values.header ?? []).map(parseHeader));
  const version = await versionOf(url, headers);
  say(`${url} is Kong ${version}`);
  const held = await readGateway(url, { headers });
  if (held.length > 0 && !values.wipe) {
    console.error(
      `${url} holds ${held.length} entities. Name an empty gateway, or give --wipe to have all of them deleted.`,
    );
    return 2;
  }
  await wipeGateway(url, { headers });
  const otherWorkspace = await makeWorkspace(url, headers);
  say(otherWorkspace === undefined ? 'without workspaces' : `with a workspace ${otherWorkspace}`);
  try {
    return await runSuite({ url, headers, version, ...(otherWorkspace === undefined ? {} : { otherWorkspace }) });
  } finally {
    if (otherWorkspace !== undefined) await fetch(`${url}/workspaces/${otherWorkspace}`, { method: 'DELETE', headers });
  }
}

function parseHeader(text: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new Error(`--header wants NAME:VALUE, not ${text}`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

async function versionOf(url: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(url, { headers });
  const { version } = (await response.json()) as { version?: string };
  if (!response.ok || version === undefined)
    throw new Error(`${url} answers ${response.status} and does not say that it is Kong`);
  return version;
}

/** @returns undefined where workspaces are not to be had, as on open source. */
async function makeWorkspace(url: string, headers: Record<string, string>): Promise<string | undefined> {
  const response = await fetch(`${url}/workspaces`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: scratchWorkspace }),
  });
  return response.ok || response.status === 409 ? scratchWorkspace : undefined;
}

async function runSuite(gateway: GatewayToTest): Promise<number> {
  process.env.KONG_BACKUP_GATEWAY = JSON.stringify(gateway);
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', [], {
    root,
    config: false,
    watch: false,
    include: ['test/contract/entityDriverGateway.ts'],
    fileParallelism: false,
    reporters: ['verbose'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  });
  await vitest.close();
  return vitest.state.getCountOfFailedTests() === 0 && (process.exitCode ?? 0) === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
