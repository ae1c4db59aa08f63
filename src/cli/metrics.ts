import { InvalidArgumentError } from 'commander';
import type { App } from '../app.js';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError } from '../core/errors.js';

/** The collector reads no others. */
export function metricsFile(text: string): string {
  if (text.endsWith('.prom')) return text;
  throw new InvalidArgumentError('Its name must end in .prom, for the collector reads no others.');
}

/** What could not be written takes nothing away from a snapshot. @returns false then. */
export async function writeMetrics(
  product: App,
  file: string | undefined,
  runs: Parameters<App['writeMetrics']>[1],
  context: OperationContext,
): Promise<boolean> {
  if (file === undefined) return true;
  try {
    // Also after a cancel: that a run came to nothing is what somebody waits to hear.
    await product.writeMetrics(file, runs, { ...context, signal: new AbortController().signal });
    return true;
  } catch (error) {
    if (!isKongBackupError(error)) throw error;
    context.log.error(`The metrics could not be written: ${error.message}`);
    return false;
  }
}
