import type { GatewayInfo } from '../../src/core/environment.js';

/** What a probe says of an open-source gateway with a database. */
export const someGateway: GatewayInfo = {
  version: '3.9.3',
  edition: 'community',
  mode: 'traditional',
  hostname: 'kong',
  database: 'postgres',
  plugins: [],
  workspaces: ['default'],
  workspacesKnown: true,
  hasWorkspaces: true,
};
