import type * as vscode from 'vscode';

/**
 * The Admin API tokens that the editor keeps, by the id of their environment, so that a renamed environment keeps its
 * own. Nothing here is ever removed because a login failed: only a person who removes the environment does that.
 */
export class TokenStore {
  /** @param onRead is told each token as it is read or written, so that the log can hide it. */
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly onRead: (token: string) => void,
  ) {}

  async get(environmentId: string): Promise<string | undefined> {
    const token = await this.secrets.get(key(environmentId));
    if (token) this.onRead(token);
    return token;
  }

  async set(environmentId: string, token: string): Promise<void> {
    this.onRead(token);
    await this.secrets.store(key(environmentId), token);
  }

  async delete(environmentId: string): Promise<void> {
    await this.secrets.delete(key(environmentId));
  }
}

const key = (environmentId: string): string => `kongBackup.token.${environmentId}`;
