import { readFile } from 'node:fs/promises';
import { type ChangeCounts, countChanges } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type {
  ApplyRequest,
  ApplyResult,
  Availability,
  Dump,
  DumpRequest,
  EntityAnswer,
  EntityDriver,
  EntityJudge,
  EntityReader,
  GatewayProbe,
  LiveEntities,
  LiveEntity,
  RawSchemas,
  SchemaReader,
  WantedSchemas,
} from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import { type DeckFile, readDeckFile } from '../estate/deckFile.js';
import { membership } from '../estate/deckNames.js';
import { planWorkspace } from '../estate/plan.js';
import { schemasOf } from '../estate/schemasOf.js';
import { createGatewayClient, type GatewayClient } from '../gateway/gatewayClient.js';
import { probeGateway, readRoot } from '../gateway/probe.js';
import type { SchemaFacts } from '../schema/facts.js';
import { ownSchemas, withOwnSchemas } from '../schema/ownSchemas.js';
import { applyPlan } from './adminApiApply.js';
import { dumpWorkspace } from './adminApiDump.js';

import { readEntities, readWorkspace } from './adminApiRead.js';
import { readSchemas } from './adminApiSchemas.js';
import { judgeEntities, validateEntities } from './adminApiValidate.js';

export interface AdminApiOptions {
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** Connections kept open to one gateway. */
  connections?: number;
}

export type AdminApiDriver = EntityDriver & EntityReader & EntityJudge & SchemaReader & GatewayProbe;

/** Of the engine itself, for manifests. */
const engineVersion = '1';
const defaultConnections = 16;
/** A Kong takes half as many writes again on so many connections; reading is not made faster by them. */
const defaultWriteConnections = 48;

/** The engine that needs nothing installed: reads and writes a gateway by its Admin API. */
export function createAdminApiDriver(options: AdminApiOptions): AdminApiDriver {
  return new AdminApi(options);
}

class AdminApi implements AdminApiDriver {
  readonly id = 'admin-api';
  private readonly requestTimeout: number;
  private readonly connections: number;
  private readonly writeConnections: number;
  /** A target lives as long as one job: its connections are kept that long and close by themselves when idle. */
  private readonly clients = new WeakMap<Target, GatewayClient>();

  constructor({ requestTimeout, connections }: AdminApiOptions) {
    this.requestTimeout = requestTimeout;
    this.connections = connections ?? defaultConnections;
    this.writeConnections = connections ?? defaultWriteConnections;
  }

  available(): Promise<Availability> {
    return Promise.resolve({ available: true, version: engineVersion });
  }

  async ping(target: Target, { signal }: OperationContext): Promise<void> {
    await readRoot(this.client(target), signal);
  }

  probe(target: Target, context: OperationContext): Promise<GatewayInfo> {
    return probeGateway(this.client(target), context, target.environment.workspaces);
  }

  dump(target: Target, request: DumpRequest, context: OperationContext): Promise<Dump> {
    return dumpWorkspace(this.client(target), { ...request, connections: this.connections }, context);
  }

  read(
    target: Target,
    workspace: string,
    { selectTags }: { selectTags?: string[] },
    context: OperationContext,
  ): Promise<LiveEntities> {
    const request = { workspace, connections: this.connections, ...(selectTags ? { selectTags } : {}) };
    return readEntities(this.client(target), request, context);
  }

  count(target: Target, workspace: string, context: OperationContext): ReturnType<EntityReader['count']> {
    const request = { workspace, connections: this.connections };
    return readWorkspace(this.client(target), request, undefined, context);
  }

  async validate(target: Target, file: string, context: OperationContext): Promise<string[]> {
    const { entities, problems } = await readState(file);
    const own = entities.filter(({ kind }) => kind !== membership);
    const answers = await validateEntities(this.client(target), own, this.connections, context);
    return [...problems.map(({ path, message }) => `${path}: ${message}`), ...answers];
  }

  async diff(
    target: Target,
    { workspace, file, selectTags }: { workspace: string; file: string; selectTags?: string[] },
    context: OperationContext,
  ): Promise<ChangeCounts> {
    const { entities: desired } = await readState(file);
    const scope = selectTags ? { selectTags } : {};
    const { entities: live, gaps } = await this.read(target, workspace, scope, context);
    const unknown = new Set(gaps.map(({ kind }) => kind));
    const isRead = ({ kind }: LiveEntity): boolean => !unknown.has(kind);
    const { failed, ...answers } = await this.schemas(target, schemasOf([...desired, ...live]), context);
    if (failed[0]) throw failed[0].error;
    const none: SchemaFacts = { version: '', entities: {}, plugins: {} };
    const facts = withOwnSchemas(none, ownSchemas(answers, none).own);
    const sides = { desired: desired.filter(isRead), live: live.filter(isRead) };
    return countChanges({ workspaces: [planWorkspace({ workspace, exists: true, facts, ...sides, ...scope })] });
  }

  apply(target: Target, { plan, journal }: ApplyRequest, context: OperationContext): Promise<ApplyResult> {
    const request = { plan, connections: this.writeConnections, ...(journal && { journal }) };
    return applyPlan(this.client(target), request, context);
  }

  judge(
    target: Target,
    request: Parameters<EntityJudge['judge']>[1],
    context: OperationContext,
  ): Promise<EntityAnswer[]> {
    return judgeEntities(this.client(target), { ...request, connections: this.connections }, context);
  }

  schemas(target: Target, wanted: WantedSchemas, { signal }: OperationContext): Promise<RawSchemas> {
    return readSchemas(this.client(target), wanted, this.connections, signal);
  }

  private client(target: Target): GatewayClient {
    let client = this.clients.get(target);
    if (!client) {
      const { requestTimeout, writeConnections: connections } = this;
      this.clients.set(target, (client = createGatewayClient(target, { requestTimeout, connections })));
    }
    return client;
  }
}

/** @throws KongBackupError `file-unreadable`, `file-invalid`. */
async function readState(file: string): Promise<DeckFile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const remedy = 'Check the path and the permissions of the file.';
    throw new KongBackupError('file-unreadable', { place: file, reason: systemReason(cause), remedy, cause });
  });
  return readDeckFile(text, file, { allowEmpty: true });
}
