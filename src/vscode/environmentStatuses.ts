import * as vscode from 'vscode';
import type { OperationContext } from '../core/context.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import { messageOf } from './format.js';
import type { LazyApp } from './lazyApp.js';
import { readSettings } from './settings.js';
import { withTimeLimit } from './timeLimit.js';

/** What is known of an environment's gateway. Nothing until somebody asked for it. */
export type EnvironmentStatus =
  | { state: 'unknown' }
  | { state: 'asking' }
  | { state: 'reachable'; info: GatewayInfo }
  | { state: 'unreachable'; error: unknown };

/** Asks gateways who they are, when a person looks at them, and remembers the answers. */
export class EnvironmentStatuses implements vscode.Disposable {
  /** By environment id. */
  private readonly known = new Map<string, { asked: string; status: EnvironmentStatus }>();
  private readonly asking = new Map<string, Promise<GatewayInfo>>();
  private readonly changed = new vscode.EventEmitter<string>();
  /** Fires with the id of an environment whose status changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly app: LazyApp,
    private readonly log: OperationContext['log'],
  ) {}

  /** What a gateway answered counts only for the address and access that it was asked with. */
  get(environment: Environment): EnvironmentStatus {
    const found = this.known.get(environment.id);
    return found?.asked === accessOf(environment) ? found.status : { state: 'unknown' };
  }

  /**
   * Asks the gateway, once at a time: who asks while another does gets the same answer.
   * @throws KongBackupError `gateway-*`; the status says so too.
   */
  ask(environment: Environment): Promise<GatewayInfo> {
    const key = `${environment.id} ${accessOf(environment)}`;
    const running = this.asking.get(key);
    if (running) return running;
    const asked = this.probe(environment).finally(() => this.asking.delete(key));
    this.asking.set(key, asked);
    return asked;
  }

  /** What somebody learned who asked on their own. */
  set(environment: Environment, status: EnvironmentStatus): void {
    this.known.set(environment.id, { asked: accessOf(environment), status });
    this.changed.fire(environment.id);
  }

  /** As if nobody had asked. */
  forget({ id }: Environment): void {
    this.known.delete(id);
  }

  /** As if nobody had asked anything. */
  clear(): void {
    this.known.clear();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async probe(environment: Environment): Promise<GatewayInfo> {
    this.set(environment, { state: 'asking' });
    try {
      const app = await this.app.get();
      const info = await withTimeLimit(readSettings().requestTimeout, environment.adminUrl, (signal) =>
        app.probe(environment, { signal, log: this.log, report() {} }),
      );
      this.set(environment, { state: 'reachable', info });
      return info;
    } catch (error) {
      this.set(environment, { state: 'unreachable', error });
      this.log.warn(`${environment.name}: ${messageOf(error)}`);
      throw error;
    }
  }
}

const accessOf = ({ adminUrl, token, tokenHeader, headers, tls }: Environment): string =>
  JSON.stringify([adminUrl, token, tokenHeader, headers, tls]);
