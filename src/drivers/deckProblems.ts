import type { Gap } from '../core/coverage.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { ToolOutput } from '../process/toolCall.js';
import { deckError } from './deckErrors.js';
import { parseErrors } from './deckOutput.js';
import type { DeckSettings } from './deckSettings.js';
import { kindsUnknownTo, knowsKong3, type DeckVersion } from './deckVersion.js';

/** What went wrong around decK, as errors of ours. */

export const placeOf = ({ environment }: Target, workspace: string): string =>
  `${environment.adminUrl}, workspace ${workspace}`;

export function deckFailed(place: string, { stdout, stderr }: ToolOutput, { secrets }: DeckSettings): KongBackupError {
  const errors = parseErrors(stderr);
  // Early versions write some errors to standard output.
  if (errors.length > 0) return deckError(place, errors, secrets, stderr);
  return deckError(place, parseErrors(stdout), secrets, stdout);
}

export function noAnswer(place: string, milliseconds: number, cause: unknown): KongBackupError {
  return new KongBackupError('gateway-timeout', {
    place,
    reason: `The gateway did not answer within ${milliseconds / 1000} s.`,
    remedy: 'Try again, or raise the time limit for requests in the settings.',
    cause,
  });
}

export function nothingWritten(place: string, file: string): KongBackupError {
  return new KongBackupError('tool-failed', {
    place,
    reason: `decK reported success but did not write ${file}.`,
    remedy: 'Try again; if it stays so, choose the Admin API engine for this environment.',
  });
}

export function workspaceMissing(place: string, workspace: string): KongBackupError {
  return new KongBackupError('workspace-missing', {
    place,
    reason: `The gateway has no workspace ${workspace}.`,
    remedy: 'Check the name of the workspace, or create it first.',
  });
}

export function readOnly(place: string): KongBackupError {
  return new KongBackupError('gateway-read-only-mode', {
    place,
    reason: 'A gateway without a database takes no single changes, which is how decK works.',
    remedy: 'Load it with a whole file in its own declarative format.',
  });
}

/** decK goes by the file alone: what it would delete beyond the plan, nobody has agreed to. */
export function deletesMore(place: string, deletes: number, planned: number): KongBackupError {
  return new KongBackupError('plan-stale', {
    place,
    reason: `decK would delete what the plan does not: ${deletes} entities, the plan says ${planned}.`,
    remedy: 'Make a new plan; if it stays so, choose the Admin API engine, which applies the plan itself.',
  });
}

export function endedBadly(place: string, error: string): KongBackupError {
  return new KongBackupError('restore-incomplete', {
    place,
    reason: `decK ended with an error after it made changes: ${error}.`,
    remedy: 'Compare the snapshot with the gateway to see what is missing.',
  });
}

/** @param gatewayVersion as decK says it; early versions say "3.9.0" for 3.9.3. */
export function gapsOf(version: DeckVersion, gatewayVersion: string, workspace: string): Gap[] {
  const gap = (reason: string, kind?: string): Gap => ({
    part: 'entities',
    workspace,
    reason,
    remedy: 'Install a newer decK, or choose the Admin API engine for this environment.',
    ...(kind === undefined ? {} : { kind }),
  });
  const gaps = kindsUnknownTo(version).map((kind) => gap(`decK ${version.text} does not know ${kind}.`, kind));
  if (version.text.startsWith('1.42.')) {
    gaps.push(gap(`decK ${version.text} leaves out the members of consumer groups.`, 'consumer_group_consumers'));
  }
  if (parseInt(gatewayVersion, 10) >= 3 && !knowsKong3(version)) {
    gaps.push(gap(`decK ${version.text} was made before Kong 3 and drops fields that came with it.`));
  }
  return gaps;
}
