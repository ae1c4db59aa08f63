import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OperationContext, type Progress, quietContext } from '../../../src/core/context.js';
import type { Environment, Target } from '../../../src/core/environment.js';
import type { JsonObject } from '../../../src/core/json.js';
import type { Entity } from '../../../src/estate/entity.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { createLineFolder } from '../../../src/stores/lineFolder.js';
import { MemoryEngine, MemoryGateway } from '../../helpers/memoryGateway.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const shipped = schemaFolder(fileURLToPath(new URL('../../../schemas', import.meta.url)));

/** Everything that operations need, in memory but for the store. */
export async function operationsFixture(...entities: Entity[]) {
  const root = path.join(await temporaryFolder(), 'snapshots');
  const gateway = new MemoryGateway(...entities);
  const deck = new MemoryEngine('deck', gateway);
  const own = new MemoryEngine('admin-api', gateway);
  const store = createFolderStore(root);
  const tool = { name: 'kong-backup', version: '0.0.0' };
  const drivers = [deck, own];
  const journals = createLineFolder(path.join(root, '.restores'));
  const sources = { reader: gateway, probe: gateway, schemas: gateway };
  const parts = { store, shipped, drivers, ...sources, partDrivers: [], tool, journals };
  return { root, gateway, deck, own, store, parts };
}

export function targetOf(more: Partial<Environment> = {}): Target {
  return {
    environment: { id: 'e1', name: 'production', adminUrl: 'http://memory:8001', mode: 'traditional', ...more },
    headers: {},
  };
}

/** A context that can be cancelled at a step, and remembers what was reported. */
export function watchedContext(cancelAt?: (progress: Progress) => boolean) {
  const reports: Progress[] = [];
  const stop = new AbortController();
  const context: OperationContext = {
    ...quietContext(stop.signal),
    report(progress) {
      reports.push(progress);
      if (cancelAt?.(progress)) stop.abort();
    },
  };
  return { context, reports, stop };
}

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const service = (number: number, more: JsonObject = {}): Entity => ({
  kind: 'services',
  fields: {
    id: uuid(number),
    name: `service-${number}`,
    host: 'example.com',
    port: 80,
    protocol: 'http',
    retries: 5,
    connect_timeout: 60000,
    read_timeout: 60000,
    write_timeout: 60000,
    enabled: true,
    ...more,
  },
});

export const consumer = (number: number, more: JsonObject = {}): Entity => ({
  kind: 'consumers',
  fields: { id: uuid(number), username: `consumer-${number}`, ...more },
});

export const basicAuth = (number: number, owner: number): Entity => ({
  kind: 'basicauth_credentials',
  fields: {
    id: uuid(number),
    username: `login-${number}`,
    password: 'a'.repeat(40),
    consumer: { id: uuid(owner) },
  },
});

export const vault = (number: number): Entity => ({
  kind: 'vaults',
  fields: { id: uuid(number), name: 'env', prefix: `vault-${number}`, config: { prefix: 'kong_' } },
});

export const plugin = (number: number, name: string, more: JsonObject = {}): Entity => ({
  kind: 'plugins',
  fields: { id: uuid(number), name, config: {}, enabled: true, ...more },
});

export const certificateAuthority = (number: number): Entity => ({
  kind: 'ca_certificates',
  fields: { id: uuid(number), cert: `certificate ${number}` },
});
