import type { Logger, OperationContext } from './context.js';
import { isKongBackupError, KongBackupError } from './errors.js';
import { redact } from './redact.js';

/** The same context, with a log that shows none of these secrets. */
export function redactedContext(context: OperationContext, secrets: readonly string[]): OperationContext {
  const { log } = context;
  const safe: Logger = {
    debug: (message) => log.debug(redact(message, secrets)),
    info: (message) => log.info(redact(message, secrets)),
    warn: (message) => log.warn(redact(message, secrets)),
    error: (message) => log.error(redact(message, secrets)),
  };
  return { signal: context.signal, log: safe, report: (progress) => context.report(progress) };
}

/** The same error without these secrets: a gateway may repeat in its answer what it was sent. */
export function redactedError(error: unknown, secrets: readonly string[]): unknown {
  if (!isKongBackupError(error)) return error;
  const { code, place, reason, remedy, message } = error;
  if (redact(message, secrets) === message) return error;
  return new KongBackupError(code, {
    place: redact(place, secrets),
    reason: redact(reason, secrets),
    remedy: redact(remedy, secrets),
  });
}
