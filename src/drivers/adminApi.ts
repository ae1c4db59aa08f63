import type { EntityDriver, EntityReader, GatewayProbe, SchemaReader } from '../core/driver.js';

export interface AdminApiOptions {
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** Connections kept open to one gateway. */
  connections?: number;
}

export type AdminApiDriver = EntityDriver & EntityReader & SchemaReader & GatewayProbe;

/** The engine that needs nothing installed: reads and writes a gateway by its Admin API. */
export function createAdminApiDriver(_options: AdminApiOptions): AdminApiDriver {
  throw new Error('not built yet');
}
