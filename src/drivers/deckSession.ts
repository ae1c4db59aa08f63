import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError, isKongBackupError } from '../core/errors.js';
import type { ToolOutput } from '../process/toolCall.js';
import type { ToolListener } from '../process/toolRunner.js';
import { pingArguments, versionArguments } from './deckCommand.js';
import { deckFailed, noAnswer } from './deckProblems.js';
import { deckHint, runDeck } from './deckRunner.js';
import { deckSettings, offlineSettings } from './deckSettings.js';
import {
  dialectOf,
  isAtLeast,
  knowsClientCertificates,
  oldestDeck,
  parseDeckVersion,
  type DeckDialect,
  type DeckVersion,
} from './deckVersion.js';

const minute = 60_000;
/** Milliseconds that decK has to start, on a slow machine. */
const startTime = 2000;

/** A decK that was asked for its version, and a gateway that answered it. */
export interface DeckSession {
  version: DeckVersion;
  dialect: DeckDialect;
  /** As decK says it: early versions say "3.9.0" for 3.9.3. */
  gatewayVersion: string;
  /** @param timeout milliseconds. */
  run(args: readonly string[], timeout: number, listener?: ToolListener): Promise<ToolOutput>;
  /** An error made of what decK said. */
  failure(place: string, output: ToolOutput): KongBackupError;
  readonly secrets: readonly string[];
}

/**
 * Pings first: early versions wait without end for a gateway that does not answer.
 * @param requestTimeout milliseconds that one request may take.
 * @throws KongBackupError `tool-missing`, `tool-too-old`, `gateway-*`.
 */
export async function openSession(
  deckPath: string,
  requestTimeout: number,
  target: Target,
  context: OperationContext,
): Promise<DeckSession> {
  const version = await detectDeck(deckPath, target, context);
  const dialect = dialectOf(version);
  const settings = deckSettings(target, requestTimeout);
  const place = target.environment.adminUrl;
  const ping = { args: pingArguments(dialect), settings, timeout: requestTimeout + startTime };
  const pong = await runDeck(deckPath, ping, context).catch((error: unknown) => {
    throw isKongBackupError(error, 'tool-timeout') ? noAnswer(place, requestTimeout, error) : error;
  });
  if (pong.exitCode !== 0) throw deckFailed(place, pong, settings);
  return {
    version,
    dialect,
    gatewayVersion: /Kong version:\s+(\S+)/.exec(pong.stdout)?.[1] ?? '',
    run: (args, timeout, listener) => runDeck(deckPath, { args, settings, timeout }, context, listener),
    failure: (place, output) => deckFailed(place, output, settings),
    secrets: settings.secrets,
  };
}

/**
 * Asks decK who it is, each time: people upgrade while the editor runs.
 * @param target whose TLS options the version must know; undefined when no gateway is contacted.
 * @throws KongBackupError `tool-missing`, `tool-too-old`.
 */
export async function detectDeck(
  deckPath: string,
  target: Target | undefined,
  context: OperationContext,
): Promise<DeckVersion> {
  const call = { args: versionArguments(), settings: offlineSettings(), timeout: minute };
  const { stdout } = await runDeck(deckPath, call, context);
  const version = parseDeckVersion(stdout);
  if (!version) {
    throw new KongBackupError('tool-missing', {
      place: deckPath,
      reason: 'This program does not say that it is decK.',
      remedy: deckHint,
    });
  }
  if (!isAtLeast(version, oldestDeck)) throw tooOld(deckPath, `decK ${version.text} is older than ${oldestDeck}.`);
  if (target?.tls?.cert !== undefined && !knowsClientCertificates(version)) {
    throw tooOld(deckPath, `decK ${version.text} has no client certificates, which this environment needs.`);
  }
  return version;
}

function tooOld(deckPath: string, reason: string): KongBackupError {
  return new KongBackupError('tool-too-old', { place: deckPath, reason, remedy: deckHint });
}
