import * as vscode from 'vscode';
import type { Environment } from '../core/environment.js';
import type { GatewaySchemas, SchemasUsed } from '../languageServer/protocol.js';
import type { EnvironmentInPlay } from './environmentInPlay.js';
import type { EnvironmentStatuses } from './environmentStatuses.js';
import { messageOf } from './format.js';
import type { LanguageServer } from './languageServer.js';
import type { LazyApp } from './lazyApp.js';
import type { Log } from './log.js';
import { readSettings } from './settings.js';
import { withTimeLimit } from './timeLimit.js';

/** Whose schemas files are judged by. Times are ISO 8601: when the gateway last answered. */
export type SchemasState =
  | { state: 'shipped' }
  | { state: 'asking'; environment: string }
  | { state: 'live'; environment: string; at: string; missing: number }
  | { state: 'unreachable'; environment: string; error: unknown; at?: string };

/** How often longer than one request the schemas of all that is in use may take. */
const patience = 4;

interface Sources {
  app: LazyApp;
  inPlay: EnvironmentInPlay;
  statuses: EnvironmentStatuses;
  language: LanguageServer;
  log: Log;
}

/**
 * Gives the language server the schemas of the gateway that the person works with, of the kinds and plugins that open
 * files use. The server itself contacts nobody.
 */
export class EnvironmentSchemas implements vscode.Disposable {
  private current: SchemasState = { state: 'shipped' };
  private used: SchemasUsed = { kinds: [], plugins: [] };
  /** The environment that was last asked, as it was. */
  private askedFor = '';
  private running: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private anew = false;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly sources: Sources) {
    const { inPlay, statuses, language } = sources;
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      language.onSchemasUsed((used) => {
        this.used = used;
        if (this.current.state !== 'unreachable') void this.request();
      }),
      inPlay.onDidChange(() => {
        if (keyOf(inPlay.current) !== this.askedFor) void this.request();
      }),
      // Somebody else had more luck.
      statuses.onDidChange((id) => {
        const { current } = inPlay;
        if (current?.id !== id || this.current.state !== 'unreachable') return;
        if (statuses.get(current).state === 'reachable') void this.request();
      }),
    );
  }

  get state(): SchemasState {
    return this.current;
  }

  /** Asks for everything anew. @throws what the gateway failed with. */
  async refresh(): Promise<void> {
    this.anew = true;
    await this.request();
    if (this.current.state === 'unreachable') throw this.current.error;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** One at a time; what comes while one runs is done once, after it. Never rejects. */
  private request(): Promise<void> {
    this.waiting ??= this.running.then(() => {
      this.waiting = undefined;
      const { anew } = this;
      this.anew = false;
      this.running = this.run(anew);
      return this.running;
    });
    return this.waiting;
  }

  private async run(refresh: boolean): Promise<void> {
    const { inPlay, language } = this.sources;
    const environment = inPlay.current;
    this.askedFor = keyOf(environment);
    const isInUse = this.used.kinds.length > 0 || this.used.plugins.length > 0;
    if (!environment || !isInUse || !vscode.workspace.isTrusted) {
      // Not asked yet: what it is about may be opened later.
      this.askedFor = '';
      return this.settle({ state: 'shipped' }, language.giveSchemas({}));
    }
    this.set({ state: 'asking', environment: environment.name });
    const found = await this.ask(environment, refresh);
    // Another came into play in the meantime, and waits for its turn.
    if (keyOf(inPlay.current) === this.askedFor) await this.settle(found.state, language.giveSchemas(found.schemas));
  }

  private async ask(
    environment: Environment,
    refresh: boolean,
  ): Promise<{ state: SchemasState; schemas: GatewaySchemas }> {
    const { app, statuses, log } = this.sources;
    const { name } = environment;
    const core = await app.get().catch(() => undefined);
    if (!core) return { state: { state: 'shipped' }, schemas: {} };
    try {
      const status = statuses.get(environment);
      const gateway = status.state === 'reachable' && !refresh ? status.info : await statuses.ask(environment);
      const limit = readSettings().requestTimeout * patience;
      const found = await withTimeLimit(limit, environment.adminUrl, (signal) =>
        core.gatewaySchemas(environment, gateway, this.used, { refresh }, { signal, log, report() {} }),
      );
      for (const missing of found.missing) log.warn(`${name}: schema of ${missing.name}: ${missing.reason}`);
      const { at, missing } = found;
      return { state: { state: 'live', environment: name, at, missing: missing.length }, schemas: sentFrom(found) };
    } catch (error) {
      log.warn(`${name}: schemas: ${messageOf(error)}`);
      const context = { signal: new AbortController().signal, log, report() {} };
      const kept = await core.keptSchemas(environment, context).catch(() => undefined);
      const state = { state: 'unreachable' as const, environment: name, error, ...(kept && { at: kept.at }) };
      return { state, schemas: kept ? sentFrom(kept) : {} };
    }
  }

  private async settle(state: SchemasState, given: Promise<void>): Promise<void> {
    await given;
    this.set(state);
  }

  private set(state: SchemasState): void {
    this.current = state;
    this.changed.fire();
  }
}

const keyOf = (environment: Environment | undefined): string =>
  environment ? JSON.stringify([environment.id, environment.adminUrl]) : '';

const sentFrom = ({
  version,
  answers,
}: {
  version: string;
  answers: Pick<GatewaySchemas, 'entities' | 'plugins'>;
}): GatewaySchemas => ({ gatewayVersion: version, ...answers });
