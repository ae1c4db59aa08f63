import type * as vscode from 'vscode';
import type { Comparison, Validation, ValidationRequest } from '../../app.js';
import type { OperationContext } from '../../core/context.js';
import { cancelled, isErrorCode, KongBackupError } from '../../core/errors.js';
import { isObject, type Json } from '../../core/json.js';
import { webJobRequests } from '../../languageServer/protocol.js';
import type { TextFile, WebApp } from '../../webApp.js';

/** Asks the server in the worker. */
export type SendRequest = <T>(request: string, params: unknown, token: vscode.CancellationToken) => Promise<T>;

/** The jobs of the worker, to be called as if they ran here. */
export class WebJobs {
  /** @param server starts it where it does not run yet. */
  constructor(
    private readonly server: () => Promise<SendRequest>,
    private readonly newToken: () => vscode.CancellationTokenSource,
  ) {}

  /** @throws KongBackupError as `WebApp.compare`, and `cancelled`. */
  compare(from: TextFile, to: TextFile, context: OperationContext): ReturnType<WebApp['compare']> {
    return this.ask<Comparison>(webJobRequests.compare, { from, to }, context);
  }

  /** @throws KongBackupError as `WebApp.validate`, and `cancelled`. */
  validate(file: TextFile, request: ValidationRequest, context: OperationContext): ReturnType<WebApp['validate']> {
    return this.ask<Validation>(webJobRequests.validate, { file, request }, context);
  }

  private async ask<T>(request: string, params: unknown, { signal }: OperationContext): Promise<T> {
    const source = this.newToken();
    const cancel = (): void => source.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const send = await this.server();
      return await send<T>(request, params, source.token);
    } catch (error) {
      throw signal.aborted ? cancelled(request) : ownError(error);
    } finally {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    }
  }
}

/** An error of ours is one again after its way through the protocol. */
function ownError(error: unknown): unknown {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
  if (!isObject(data as Json)) return error;
  const { code, place, reason, remedy } = data as Record<string, string>;
  if (code === undefined || !isErrorCode(code)) return error;
  return new KongBackupError(code, { place: place ?? '', reason: reason ?? '', remedy: remedy ?? '', cause: error });
}
