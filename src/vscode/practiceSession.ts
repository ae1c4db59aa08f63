import * as vscode from 'vscode';
import { drillGateway } from '../practice/drillGateway.js';
import type { PracticeGateway } from '../practice/practiceGateway.js';
import type { Manifest } from '../core/snapshot.js';
import { schemaFolder } from '../schema/folder.js';
import type { Log } from './log.js';

/** The version of Kong that it plays. */
const playedVersion = '3.9';
const runningKey = 'kongBackup.practiceRunning';

/** The practice gateway of this window, while it runs. */
export class PracticeSession implements vscode.Disposable {
  private gateway: PracticeGateway | undefined;

  constructor(
    private readonly schemas: string,
    private readonly log: Log,
  ) {}

  /** @returns the address of its Admin API; the same when it runs already. @throws KongBackupError `port-in-use`. */
  async start(port: number): Promise<string> {
    if (this.gateway) return this.gateway.url;
    const { startPracticeGateway } = await import('../practice/practiceGateway.js');
    const facts = await schemaFolder(this.schemas).facts(playedVersion);
    this.gateway = await startPracticeGateway({ facts, port, estate: 'believable' });
    this.log.info(`practice gateway: ${this.gateway.url}`);
    await vscode.commands.executeCommand('setContext', runningKey, true);
    return this.gateway.url;
  }

  /** What it held is gone. @returns the address it had; undefined when it did not run. */
  async stop(): Promise<string | undefined> {
    const { gateway } = this;
    this.gateway = undefined;
    if (!gateway) return undefined;
    await gateway.close();
    await vscode.commands.executeCommand('setContext', runningKey, false);
    return gateway.url;
  }

  /** One of its own, beside that of this window; who asks for it closes it. @throws KongBackupError `port-in-use`. */
  async startForDrill(snapshot: Manifest): Promise<PracticeGateway> {
    const { startPracticeGateway } = await import('../practice/practiceGateway.js');
    return startPracticeGateway(await drillGateway(schemaFolder(this.schemas), snapshot));
  }

  dispose(): void {
    void this.stop();
  }
}
