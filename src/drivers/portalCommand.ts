import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { defaultTokenHeader, type Target } from '../core/environment.js';
import type { Command } from '../core/environmentSections.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { safeFileName } from '../core/snapshotId.js';
import type { ToolCall, ToolOutput } from '../process/toolCall.js';
import { runTool } from '../process/toolRunner.js';

const portalHint =
  'Install kong-portal-cli (npm install -g kong-portal-cli), or say how it is run as portal.command in the environments file.';
const minute = 60_000;
const configFile = 'cli.conf.yaml';

/** The folder of a workspace, under the folder that the program runs in. */
export const workspaceFolder = (root: string, workspace: string): string => path.join(root, 'workspaces', workspace);

export const versionWords = ['--version'] as const;

export const portalWords = (
  verb: 'fetch' | 'deploy',
  workspace: string,
  { tls }: Pick<Target, 'tls'> = {},
): string[] => [verb, workspace, ...(tls?.skipVerify === true ? ['--disable-ssl-verification'] : [])];

/** Undefined when it is not kong-portal-cli that speaks: `Kong Portal CLI Tool, version 2.0.0`. */
export const portalVersion = (stdout: string): string | undefined =>
  /Kong Portal CLI.*version\s+(\S+)/i.exec(stdout)?.[1];

/** How many files a fetch says it got. Undefined for one that failed, which ends with 0 as well. */
export function fetchedFiles(stdout: string): number | undefined {
  const count = /^\s*Fetched (\d+) files/m.exec(stdout)?.[1];
  return count === undefined || !/^\s*Done\.\s*$/m.test(stdout) ? undefined : Number(count);
}

/** What the program can't be told, in a sentence; undefined when it can be used. */
export function unusable({ environment, tls }: Target): string | undefined {
  const header = (environment.tokenHeader ?? defaultTokenHeader).toLowerCase();
  if (header !== defaultTokenHeader.toLowerCase()) return `It sends the token as ${defaultTokenHeader} only.`;
  if (tls?.cert !== undefined) return 'It has no client certificates, which this environment needs.';
  return undefined;
}

/** The token goes by a variable, never among the arguments. */
function callOf(target: Target, args: readonly string[], cwd: string, env: ToolCall['env']): ToolCall {
  const [tool, ...first] = portalCommand(target);
  const wanted = defaultTokenHeader.toLowerCase();
  const [, token] = Object.entries(target.headers).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return {
    tool,
    args: [...first, ...args],
    cwd,
    env: {
      ...env,
      KONG_ADMIN_URL: target.environment.adminUrl,
      KONG_ADMIN_TOKEN: token,
      KONG_ADMIN_TOKEN_FILE: undefined,
    },
    timeout: 10 * minute,
    secrets: Object.values(target.headers),
    installHint: portalHint,
  };
}

export const portalCommand = ({ environment }: Target): Command => environment.portal?.command ?? ['portal'];

/** @param root absolute path of the folder to run in; private. @throws KongBackupError `tool-*`, `cancelled`. */
export async function portalVersionOf(target: Target, root: string, context: OperationContext): Promise<string> {
  const { stdout } = await runTool({ ...callOf(target, versionWords, root, {}), timeout: minute }, context);
  const version = portalVersion(stdout);
  if (version !== undefined) return version;
  throw new KongBackupError('tool-missing', {
    place: portalCommand(target)[0],
    reason: 'This program does not say that it is kong-portal-cli.',
    remedy: portalHint,
  });
}

/**
 * Fetches a workspace's files into `<root>/workspaces/<workspace>`, which must not exist.
 * @returns how many. @throws KongBackupError `tool-*`, `cancelled`.
 */
export async function fetchPortal(
  target: Target,
  root: string,
  workspace: string,
  context: OperationContext,
): Promise<number> {
  requirePlain(workspace);
  const output = await runIn(target, root, workspace, 'fetch', context);
  const count = output.exitCode === 0 ? fetchedFiles(output.stdout) : undefined;
  if (count === undefined) throw portalFailed(target, workspace, output);
  return count;
}

/** Makes the portal of a workspace what lies in its folder: everything else goes. @throws as `fetchPortal`. */
export async function deployPortal(
  target: Target,
  root: string,
  workspace: string,
  context: OperationContext,
): Promise<void> {
  requirePlain(workspace);
  const output = await runIn(target, root, workspace, 'deploy', context);
  if (output.exitCode !== 0) throw portalFailed(target, workspace, output);
}

/** The program wants a file of settings in the folder; it is there only while it runs. */
async function runIn(
  target: Target,
  root: string,
  workspace: string,
  verb: 'fetch' | 'deploy',
  context: OperationContext,
): Promise<ToolOutput> {
  const folder = workspaceFolder(root, workspace);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const config = path.join(folder, configFile);
  const authority = path.join(root, 'ca.pem');
  await writeFile(config, `kong_admin_url: ${JSON.stringify(target.environment.adminUrl)}\n`, { mode: 0o600 });
  if (target.tls?.ca !== undefined) await writeFile(authority, target.tls.ca, { mode: 0o600 });
  const env = target.tls?.ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority };
  try {
    return await runTool(callOf(target, portalWords(verb, workspace, target), root, env), context);
  } finally {
    await rm(config, { force: true });
    await rm(authority, { force: true });
  }
}

/** The program takes the name for a path. @throws KongBackupError `tool-failed`. */
function requirePlain(workspace: string): void {
  if (safeFileName(workspace) === workspace && !workspace.startsWith('-')) return;
  throw new KongBackupError('tool-failed', {
    place: `workspace ${workspace}`,
    reason: 'kong-portal-cli takes the name of the workspace for a folder, which this one can not be.',
    remedy: 'Fetch it by hand into a folder of another name.',
  });
}

function portalFailed(target: Target, workspace: string, { exitCode, stdout, stderr }: ToolOutput): KongBackupError {
  const said = [stderr, stdout].map((text) => text.trim()).find((text) => text !== '') ?? '';
  const lines = redact(said.split(/\r?\n/).slice(0, 3).join(' ').slice(0, 400), Object.values(target.headers));
  return new KongBackupError('tool-failed', {
    place: `workspace ${workspace}`,
    reason: `kong-portal-cli ended with exit code ${exitCode} and did not say that it was done${lines === '' ? '.' : `: ${lines}`}`,
    remedy: 'Check that the developer portal of the workspace is on and that the token may read and write its files.',
  });
}
