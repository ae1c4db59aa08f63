import type { DeclarativeJudge } from '../core/declarativeJudge.js';
import type { EntityReader, GatewayProbe } from '../core/driver.js';
import type { SchemaSource } from '../schema/facts.js';

/** What the drivers of declarative files work with. */
export interface DeclarativeFileOptions {
  probe: GatewayProbe;
  /** Counts what a gateway holds, to compare a file with. */
  reader: EntityReader;
  shipped: SchemaSource;
  judge: DeclarativeJudge;
  /** Absolute path of the folder in which the state before a restore is kept; need not exist. */
  keep: string;
  /** Milliseconds that one request to a gateway may take. */
  requestTimeout: number;
  /** Milliseconds that a gateway gets to be ready after it was restarted. 60 s when absent. */
  readyTime?: number;
  /** The time that names are made of. */
  now?(): Date;
}

export const readyTimeOf = ({ readyTime = 60_000 }: DeclarativeFileOptions): number => readyTime;
export const nowOf = ({ now = () => new Date() }: Pick<DeclarativeFileOptions, 'now'>): Date => now();
