import { DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import { ruleFaults, rulesFrom } from '../language/rules.js';
import type { ValidationRules } from '../language/rules.js';
import { settingsSection } from './protocol.js';
import type { Settings } from './protocol.js';

/** The client's settings: asked for where the client can be asked, taken as sent where it sends them, else none. */
export class ClientSettings {
  private current: Settings = {};
  private canAsk = false;
  private readonly said = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly changed: () => void,
  ) {}

  get gatewayVersion(): string | undefined {
    return this.current.gatewayVersion || undefined;
  }

  get rules(): ValidationRules {
    return rulesFrom(this.current);
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
    const before = JSON.stringify(this.current);
    this.current = settingsOf(
      this.canAsk ? await this.connection.workspace.getConfiguration(settingsSection) : dig(sent),
    );
    if (JSON.stringify(this.current) === before) return;
    this.sayFaults();
    this.changed();
  }

  /** A setting that does nothing would pass for one that does. Each is named once. */
  private sayFaults(): void {
    const { severity, customPlugins } = this.current;
    for (const { message } of ruleFaults({ ...(severity && { severity }), ...(customPlugins && { customPlugins }) })) {
      if (this.said.has(message)) continue;
      this.said.add(message);
      this.connection.window.showWarningMessage(`${settingsSection}: ${message}`);
    }
  }
}

const dig = (sent: unknown): unknown =>
  settingsSection
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], sent);

function settingsOf(value: unknown): Settings {
  const { gatewayVersion, severity, customPlugins } = (value ?? {}) as Settings;
  const isVersion = typeof gatewayVersion === 'string' && /^\d+(\.\d+)*$/.test(gatewayVersion);
  return {
    ...(isVersion && { gatewayVersion }),
    ...(severity && { severity }),
    ...(customPlugins && { customPlugins }),
  };
}
