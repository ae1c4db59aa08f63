import type * as vscode from 'vscode';
import type { Environment } from '../core/environment.js';

type Owner = Pick<Environment, 'id' | 'adminUrl'>;

/**
 * The Admin API tokens that the editor keeps, by the id of their environment, so that a renamed environment keeps its
 * own. Each is bound to the address it was typed for: the environments file is shared, and whoever changes an address in
 * it must not be sent the token. Nothing here is ever removed because a login failed: only a person who removes the
 * environment does that.
 */
export class TokenStore {
  /** @param onRead is told each token as it is read or written, so that the log can hide it. */
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly onRead: (token: string) => void,
  ) {}

  /** Undefined when there is none for this environment at this address. */
  async get({ id, adminUrl }: Owner): Promise<string | undefined> {
    const stored = await this.secrets.get(key(id));
    if (stored === undefined) return undefined;
    const { origin, token } = JSON.parse(stored) as Stored;
    this.onRead(token);
    return origin === originOf(adminUrl) ? token : undefined;
  }

  async set({ id, adminUrl }: Owner, token: string): Promise<void> {
    this.onRead(token);
    const stored: Stored = { origin: originOf(adminUrl), token };
    await this.secrets.store(key(id), JSON.stringify(stored));
  }

  async delete({ id }: Pick<Owner, 'id'>): Promise<void> {
    await this.secrets.delete(key(id));
  }
}

interface Stored {
  /** Scheme, host and port. */
  origin: string;
  token: string;
}

const key = (environmentId: string): string => `kongBackup.token.${environmentId}`;
const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address);
