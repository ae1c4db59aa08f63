import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command, KongSection } from '../../src/core/environmentSections.js';
import type { EntityReader, GatewayProbe } from '../../src/core/driver.js';
import type { GatewayInfo, Target } from '../../src/core/environment.js';
import { KongBackupError } from '../../src/core/errors.js';
import type { JsonObject } from '../../src/core/json.js';
import type { Counts } from '../../src/core/snapshot.js';
import type { DeclarativeFileOptions } from '../../src/drivers/kongConfigOptions.js';
import { createDeclarativeJudge } from '../../src/operations/judgeDeclarative.js';
import { schemaFolder } from '../../src/schema/folder.js';

const program = path.join(import.meta.dirname, 'standInKong.mjs');
export const shippedFacts = schemaFolder(path.resolve(import.meta.dirname, '../../schemas'));

/** What the stand-in for `kong` works on: see standInKong.mjs. */
export interface KongState {
  ready: boolean;
  entities: Record<string, JsonObject[]>;
  dbless?: { url: string; file: string };
  fault?: 'refused' | 'absent' | 'denied' | 'conf' | 'full' | 'nowhere' | 'forgets' | 'does not start';
  /** Name of a service that `parse` refuses. */
  refuses?: string;
  /** Name of an entity at which `db_import` stops. */
  breaksAt?: string;
  /** Exit code of `migrations list`. */
  migrations?: number;
  restarts?: number;
}

export interface StandIn {
  command: Command;
  read(): Promise<KongState>;
  change(change: (state: KongState) => void): Promise<void>;
}

/** A `kong` of the test's own, its database a file in the folder. */
export async function standInKong(folder: string, state: KongState): Promise<StandIn> {
  const file = path.join(folder, 'kong-state.json');
  const write = (content: KongState): Promise<void> => writeFile(file, JSON.stringify(content));
  const read = async (): Promise<KongState> => JSON.parse(await readFile(file, 'utf8')) as KongState;
  await write(state);
  return {
    command: [process.execPath, program, file],
    read,
    async change(change) {
      const content = await read();
      change(content);
      await write(content);
    },
  };
}

export function kongTarget(adminUrl: string, kong: KongSection, more: Partial<Target['environment']> = {}): Target {
  const environment = { id: 'shop', name: 'shop', adminUrl, mode: 'traditional', kong, ...more } as const;
  return { environment, headers: { 'Kong-Admin-Token': 'token-of-the-test' } };
}

export interface Around {
  keep: string;
  gateway?: GatewayInfo;
  counts?: () => Promise<Counts>;
  readyTime?: number;
}

const noGateway = (): KongBackupError =>
  new KongBackupError('gateway-unreachable', { place: 'test', reason: 'Nothing listens at this address.', remedy: '' });

/** A gateway that says who it is and what it holds, as far as the drivers ask. */
export function aroundKong({ keep, gateway, counts, readyTime = 20_000 }: Around): DeclarativeFileOptions {
  const probe: GatewayProbe = {
    probe: () => (gateway ? Promise.resolve(gateway) : Promise.reject(noGateway())),
  };
  const reader: EntityReader = {
    read: () => Promise.reject(new Error('not asked')),
    count: async () => ({ counts: (await counts?.()) ?? {}, gaps: [] }),
  };
  return {
    probe,
    reader,
    shipped: shippedFacts,
    judge: createDeclarativeJudge(shippedFacts),
    keep,
    requestTimeout: 5000,
    readyTime,
  };
}

const id = (n: number): string => `7b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const times = { created_at: 1795230540, updated_at: 1795230540 };

/** A small database, as `db_export` shows it. */
export const someDatabase = (): KongState['entities'] => ({
  consumers: [{ id: id(1), username: 'alice', custom_id: null, tags: null, ...times }],
  services: [
    { id: id(2), name: 'orders', host: 'orders.internal', port: 80, protocol: 'http', enabled: true, ...times },
    { id: id(3), name: 'stock', host: 'stock.internal', port: 443, protocol: 'https', enabled: true, ...times },
  ],
  routes: [{ id: id(4), name: 'orders-list', paths: ['/orders'], service: id(2), ...times }],
  plugins: [{ id: id(5), name: 'rate-limiting', config: { minute: 10, policy: 'cluster' }, service: id(2), ...times }],
  basicauth_credentials: [
    { id: id(6), username: 'alice', password: '2f1bbbe55e2bec5d89b9989897dcd6baa9bb7eb0', consumer: id(1), ...times },
  ],
  keyauth_credentials: [{ id: id(7), key: 'key-of-alice', consumer: id(1), ttl: null, ...times }],
});

export const countsOf = ({ entities }: KongState): Counts =>
  Object.fromEntries(Object.entries(entities).map(([kind, own]) => [kind, own.length]));
