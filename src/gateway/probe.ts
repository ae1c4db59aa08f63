import type { OperationContext } from '../core/context.js';
import { defaultWorkspace, type GatewayInfo, type Mode } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { GatewayClient } from './gatewayClient.js';
import { errorOfOtherJson } from './gatewayErrors.js';

/** What the root of the Admin API says about a gateway, as far as it can be read without further calls. */
export type RootInfo = Omit<GatewayInfo, 'workspaces' | 'workspacesKnown' | 'hasWorkspaces'>;

/** @throws KongBackupError `gateway-*`. */
export async function readRoot(client: GatewayClient, signal: AbortSignal): Promise<RootInfo> {
  const { status, body } = await client.request('GET', '/', { signal });
  const place = `GET ${client.address}/`;
  if (status === 404 || !isObject(body) || !isKongRoot(body)) {
    throw errorOfOtherJson(place, 'the root has to name a version, plugins and a configuration');
  }
  const configuration = isObject(body['configuration']) ? body['configuration'] : {};
  const database = text(configuration['database']) ?? 'postgres';
  return {
    version: text(body['version']) ?? '',
    edition: editionOf(body),
    mode: modeOf(database, text(configuration['role'])),
    hostname: text(body['hostname']) ?? '',
    database,
    plugins: pluginsOf(body),
  };
}

/**
 * Asks a gateway who it is. A version that is newer or older than what is known is fine.
 * @throws KongBackupError `gateway-*`; `gateway-version-unknown` when what it says is no version at all.
 */
export async function probeGateway(
  client: GatewayClient,
  context: OperationContext,
  configured: readonly string[] | undefined,
): Promise<GatewayInfo> {
  const root = await readRoot(client, context.signal);
  if (!/\d+\.\d+/.test(root.version)) {
    throw new KongBackupError('gateway-version-unknown', {
      place: client.address,
      reason: `The gateway says that its version is "${root.version}".`,
      remedy: 'Check the address. If it is Kong, name its version in the environment under `gatewayVersion`.',
    });
  }
  return { ...root, ...(await readWorkspaces(client, context, configured)) };
}

async function readWorkspaces(
  client: GatewayClient,
  { signal, log }: OperationContext,
  configured: readonly string[] | undefined,
): Promise<Pick<GatewayInfo, 'workspaces' | 'workspacesKnown' | 'hasWorkspaces'>> {
  let hasWorkspaces = true;
  let workspacesKnown = true;
  const workspaces: string[] = [];
  try {
    const missing = (): void => void (hasWorkspaces = false);
    for await (const page of client.list('/workspaces', { signal, missing })) {
      for (const { name } of page) if (typeof name === 'string') workspaces.push(name);
    }
  } catch (error) {
    // A token may work in its own workspaces and yet not be allowed to list them.
    if (!isKongBackupError(error, 'gateway-forbidden')) throw error;
    log.warn(`${error.place}: ${error.reason} The workspaces that the environment names are taken instead.`);
    workspacesKnown = false;
    workspaces.splice(0, workspaces.length, ...(configured ?? []));
  }
  return {
    workspaces: workspaces.length > 0 ? workspaces : [defaultWorkspace],
    workspacesKnown,
    hasWorkspaces,
  };
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function isKongRoot(body: JsonObject): boolean {
  if (typeof body['version'] !== 'string') return false;
  return isObject(body['configuration']) || isObject(body['plugins']) || /kong/i.test(text(body['tagline']) ?? '');
}

/** Enterprise versions have four numbers or say so; newer gateways have a field for it. */
function editionOf(body: JsonObject): RootInfo['edition'] {
  if (body['edition'] === 'enterprise') return 'enterprise';
  const version = text(body['version']) ?? '';
  return /enterprise/i.test(version) || /^\d+\.\d+\.\d+\.\d+/.test(version) ? 'enterprise' : 'community';
}

function modeOf(database: string, role: string | undefined): Mode {
  if (database === 'off' || role === 'data_plane') return 'dbless';
  return role === 'control_plane' ? 'hybrid' : 'traditional';
}

function pluginsOf(body: JsonObject): string[] {
  const plugins = isObject(body['plugins']) ? body['plugins'] : {};
  const available = plugins['available_on_server'];
  if (Array.isArray(available)) return available.filter((name) => typeof name === 'string').sort();
  return isObject(available) ? Object.keys(available).sort() : [];
}
