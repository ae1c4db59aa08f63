import * as vscode from 'vscode';
import type { App } from '../app.js';
import type { Places } from './places.js';
import { findPlaces } from './places.js';
import { readSettings } from './settings.js';
import type { StoreKeysStore } from './storeKeysStore.js';
import type { TokenStore } from './tokenStore.js';

/** Where a part of the app comes from: the app itself, or what stands in for it in a browser. */
export interface AppSource<Part extends keyof App> {
  get(): Promise<Pick<App, Part>>;
}

/** Loads and builds the app when it is first needed, so that starting the editor costs nothing of it. */
export class LazyApp {
  private app: Promise<App> | undefined;

  constructor(
    private readonly extension: { version: string; schemaFolder: string; schemaCache: string },
    private readonly tokens: TokenStore,
    private readonly storeKeys: StoreKeysStore,
  ) {}

  /** @throws NoFolderOpen */
  get(): Promise<App> {
    this.app ??= this.build();
    this.app.catch(() => this.reset());
    return this.app;
  }

  /** @throws NoFolderOpen */
  places(): Places {
    return findPlaces(readSettings());
  }

  /** The next `get` builds a new app: after a change of settings or folders. */
  reset(): void {
    this.app = undefined;
  }

  private async build(): Promise<App> {
    const settings = readSettings();
    const { environmentsFile, snapshotRoot } = findPlaces(settings);
    const { createApp } = await import('../app.js');
    return createApp({
      environmentsFile,
      snapshotRoot,
      schemaFolder: this.extension.schemaFolder,
      schemaCache: this.extension.schemaCache,
      version: this.extension.version,
      deckPath: settings.deckPath,
      requestTimeout: settings.requestTimeout,
      mayRunHooks: () => vscode.workspace.isTrusted,
      storedToken: (environment) => this.tokens.get(environment),
      storedStoreKeys: (_store, s3) => this.storeKeys.get(s3),
    });
  }
}
