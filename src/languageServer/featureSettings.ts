import { CodeLensRefreshRequest, DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { ClientCapabilities, Connection } from 'vscode-languageserver';

/** The client's settings that switch features on and off. */
const sections = { codeLens: 'kongBackup.codeLens', inlayHints: 'kongBackup.inlayHints' } as const;

/** What the client wants to see: lenses unless it says no, hints only if it says so. */
export class FeatureSettings {
  private current = { codeLens: true, inlayHints: false };
  private client: ClientCapabilities = {};

  constructor(private readonly connection: Connection) {}

  get codeLens(): boolean {
    return this.current.codeLens;
  }

  get inlayHints(): boolean {
    return this.current.inlayHints;
  }

  async start(capabilities: ClientCapabilities): Promise<void> {
    this.client = capabilities;
    if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
      const section = Object.values(sections);
      await this.connection.client.register(DidChangeConfigurationNotification.type, { section });
    }
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const { workspace } = this.client;
    if (workspace?.configuration !== true) return;
    const items = [{ section: sections.codeLens }, { section: sections.inlayHints }];
    const answer: unknown = await this.connection.workspace.getConfiguration(items);
    const [codeLens, inlayHints] = Array.isArray(answer) ? (answer as unknown[]) : [];
    const before = this.current;
    this.current = { codeLens: codeLens !== false, inlayHints: inlayHints === true };
    if (before.codeLens !== this.current.codeLens && workspace.codeLens?.refreshSupport) {
      await this.connection.sendRequest(CodeLensRefreshRequest.type);
    }
    if (before.inlayHints !== this.current.inlayHints && workspace.inlayHint?.refreshSupport) {
      await this.connection.languages.inlayHint.refresh();
    }
  }
}
