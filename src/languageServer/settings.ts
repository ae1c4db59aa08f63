import { DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import { settingsSection } from './protocol.js';
import type { Settings } from './protocol.js';

/** The client's settings: asked for where the client can be asked, taken as sent where it sends them, else none. */
export class ClientSettings {
  private current: Settings = {};
  private canAsk = false;

  constructor(
    private readonly connection: Connection,
    private readonly changed: () => void,
  ) {}

  get gatewayVersion(): string | undefined {
    return this.current.gatewayVersion || undefined;
  }

  async start(capabilities: ClientCapabilities): Promise<void> {
    this.canAsk = capabilities.workspace?.configuration === true;
    if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await this.connection.client.register(DidChangeConfigurationNotification.type, { section: settingsSection });
    }
    await this.refresh(undefined);
  }

  /** @param sent What came with the notification; clients that can be asked send nothing of use. */
  async refresh(sent: unknown): Promise<void> {
    const before = this.gatewayVersion;
    this.current = settingsOf(
      this.canAsk ? await this.connection.workspace.getConfiguration(settingsSection) : dig(sent),
    );
    if (this.gatewayVersion !== before) this.changed();
  }
}

const dig = (sent: unknown): unknown =>
  settingsSection
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], sent);

function settingsOf(value: unknown): Settings {
  const version = (value as Settings | null | undefined)?.gatewayVersion;
  return typeof version === 'string' && /^\d+(\.\d+)*$/.test(version) ? { gatewayVersion: version } : {};
}
