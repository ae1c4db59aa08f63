import { randomUUID } from 'node:crypto';
import type { PluginFacts, SchemaFacts } from '../schema/facts.js';
import { AdminApi } from './adminApi.js';
import type { Makers } from './autoFields.js';
import { believableEstate } from './believableEstate.js';
import { bundledFacts } from './bundledFacts.js';
import { configWithDatabase, DeclarativeConfig } from './configEndpoint.js';
import { dialectOf } from './dialect.js';
import { enterpriseFacts, type EnterpriseOptions, playEnterprise } from './enterprise.js';
import { newNode, type Node } from './node.js';
import { nodeFactsOf } from './nodeFacts.js';
import { RequestCounters } from './requestCounters.js';
import { Storage } from './storage.js';
import { addWorkspace } from './workspaces.js';

export interface PracticeOptions {
  /** Kong's schemas of the version to play. */
  facts: SchemaFacts;
  mode?: 'traditional' | 'dbless';
  /** Plugins of somebody's own that the gateway has besides. */
  plugins?: Readonly<Record<string, PluginFacts>>;
  /** What it holds at the start: an online shop, or nothing. */
  estate?: 'believable' | 'empty';
  /**
   * Workspace names: given, the gateway plays Enterprise, which has them. Absent, it plays open source, which has not;
   * but the believable estate on a database brings the workspaces it lives in.
   */
  workspaces?: readonly string[];
  /** Given, it also plays what only Enterprise has: RBAC, admins, licences, the keyring. */
  enterprise?: EnterpriseOptions;
  /** The version to claim: `4.7.1` for one that nobody knows. */
  version?: string;
  /** Ids and times to use instead of fresh ones. */
  makers?: Makers;
}

/** A gateway without its socket. */
export interface PracticeApi {
  api: AdminApi;
  storage: Storage;
  node: Node;
  requests: RequestCounters;
  /** Makes it hold what it starts with, and nothing else. */
  fill(): void;
}

const enterpriseVersion = '3.9.1.0-enterprise-edition';

export function createPracticeApi(options: PracticeOptions): PracticeApi {
  const { mode = 'traditional', estate = 'empty', makers = { now: Date.now, newId: randomUUID } } = options;
  const believable = estate === 'believable';
  const workspaces = workspacesOf(options);
  const isEnterprise = workspaces !== undefined;
  const bundled = nodeFactsOf(options.facts.version);
  const nodeFacts = { ...bundled, plugins: { ...bundled.plugins, ...ownPriorities(options.plugins) } };
  const version = options.version ?? (isEnterprise ? enterpriseVersion : nodeFacts.version);
  const node = newNode({ version, facts: nodeFacts, edition: isEnterprise ? 'enterprise' : 'community', mode });
  const facts = bundledFacts(options.facts, options.plugins);
  const storage = new Storage(options.enterprise ? enterpriseFacts(facts) : facts, makers);
  const enterprise = options.enterprise && playEnterprise(storage, makers, options.enterprise);
  const requests = new RequestCounters();
  const config = new DeclarativeConfig(storage);
  const api = new AdminApi(
    storage,
    node,
    {
      hasWorkspaces: isEnterprise,
      dialect: dialectOf(options.facts.version),
      endpoints: [mode === 'dbless' ? config.endpoint() : configWithDatabase(), ...(enterprise?.endpoints ?? [])],
    },
    { requests: () => requests.total, configurationHash: () => config.hash },
  );
  return {
    api,
    storage,
    node,
    requests,
    fill() {
      storage.clear();
      enterprise?.clear();
      config.forget();
      storage.readOnly = false;
      for (const name of new Set(['default', ...(workspaces ?? [])])) addWorkspace(storage, name);
      if (believable) believableEstate(storage, workspaces ?? ['default']);
      storage.readOnly = mode === 'dbless';
    },
  };
}

function workspacesOf({ workspaces, enterprise, estate, mode }: PracticeOptions): readonly string[] | undefined {
  if (workspaces) return workspaces;
  if (estate === 'believable' && mode !== 'dbless') return ['default', 'payments'];
  return enterprise && ['default'];
}

/** A plugin whose author named none runs after all others. */
const ownPriorities = (plugins: object = {}): Record<string, number> =>
  Object.fromEntries(Object.keys(plugins).map((name) => [name, 0]));
