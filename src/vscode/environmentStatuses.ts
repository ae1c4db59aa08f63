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
  private readonly known = new Map<string, EnvironmentStatus>();
  private readonly asking = new Map<string, Promise<GatewayInfo>>();
  private readonly changed = new vscode.EventEmitter<string>();
  /** Fires with the id of an environment whose status changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly app: LazyApp,
    private readonly log: OperationContext['log'],
  ) {}

  get(environmentId: string): EnvironmentStatus {
    return this.known.get(environmentId) ?? { state: 'unknown' };
  }

  /**
   * Asks the gateway, once at a time: who asks while another does gets the same answer.
   * @throws KongBackupError `gateway-*`; the status says so too.
   */
  ask(environment: Environment): Promise<GatewayInfo> {
    const running = this.asking.get(environment.id);
    if (running) return running;
    const asked = this.probe(environment).finally(() => this.asking.delete(environment.id));
    this.asking.set(environment.id, asked);
    return asked;
  }

  /** What somebody learned who asked on their own. */
  set(environmentId: string, status: EnvironmentStatus): void {
    this.known.set(environmentId, status);
    this.changed.fire(environmentId);
  }

  /** As if nobody had asked. */
  forget(environmentId: string): void {
    this.known.delete(environmentId);
  }

  /** As if nobody had asked anything: after the environments file changed. */
  clear(): void {
    this.known.clear();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async probe(environment: Environment): Promise<GatewayInfo> {
    this.set(environment.id, { state: 'asking' });
    try {
      const app = await this.app.get();
      const info = await withTimeLimit(readSettings().requestTimeout, environment.adminUrl, (signal) =>
        app.probe(environment, { signal, log: this.log, report() {} }),
      );
      this.set(environment.id, { state: 'reachable', info });
      return info;
    } catch (error) {
      this.set(environment.id, { state: 'unreachable', error });
      this.log.warn(`${environment.name}: ${messageOf(error)}`);
      throw error;
    }
  }
}
