import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { Counts } from '../core/snapshot.js';
import { readYaml } from '../estate/yamlRead.js';
import { isObject } from '../core/json.js';
import { detectDeck, openSession } from './deckSession.js';
import { runDeck } from './deckRunner.js';
import { offlineSettings } from './deckSettings.js';
import { type DeckDialect, dialectOf } from './deckVersion.js';

const minute = 60_000;
const flag = '--rbac-resources-only';

const words = (dialect: DeckDialect, verb: string): string[] => (dialect === 'new' ? ['gateway', verb] : [verb]);

export const rbacHelpArguments = (dialect: DeckDialect): string[] => [...words(dialect, 'dump'), '--help'];

export const rbacDumpArguments = (dialect: DeckDialect, workspace: string, file: string): string[] => [
  ...words(dialect, 'dump'),
  flag,
  '--output-file',
  file,
  '--workspace',
  workspace,
];

export const rbacSyncArguments = (dialect: DeckDialect, workspace: string, file: string): string[] => [
  ...words(dialect, 'sync'),
  ...(dialect === 'new' ? [file] : ['--state', file]),
  flag,
  '--workspace',
  workspace,
  '--no-color',
];

/** Roles and endpoint permissions by decK: a file of each workspace's own, for `deck gateway sync --rbac-resources-only`. */
export interface DeckRbac {
  /** Its version; undefined where there is no decK, or none that knows of roles. */
  version(target: Target, context: OperationContext): Promise<string | undefined>;
  /** @throws KongBackupError `tool-*`, `gateway-*`, `cancelled`. */
  dump(target: Target, workspace: string, file: string, context: OperationContext): Promise<Counts>;
  /** Makes the roles of a workspace those of the file; others go. @throws KongBackupError as `dump`. */
  sync(target: Target, workspace: string, file: string, context: OperationContext): Promise<void>;
}

export function createDeckRbac({
  deckPath,
  requestTimeout,
}: {
  deckPath: string;
  /** Milliseconds. */
  requestTimeout: number;
}): DeckRbac {
  return {
    async version(target, context) {
      try {
        const version = await detectDeck(deckPath, target, context);
        const call = {
          args: rbacHelpArguments(dialectOf(version)),
          settings: offlineSettings(),
          timeout: minute,
        };
        const { stdout, stderr } = await runDeck(deckPath, call, context);
        return `${stdout}${stderr}`.includes(flag) ? version.text : undefined;
      } catch (error) {
        if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
        return undefined;
      }
    },
    async dump(target, workspace, file, context) {
      const session = await openSession(deckPath, requestTimeout, target, context);
      const output = await session.run(rbacDumpArguments(session.dialect, workspace, file), 10 * minute);
      if (output.exitCode !== 0 || !existsSync(file)) throw session.failure(`workspace ${workspace}`, output);
      await chmod(file, 0o600);
      return countRoles(await readFile(file, 'utf8'), file);
    },
    async sync(target, workspace, file, context) {
      const session = await openSession(deckPath, requestTimeout, target, context);
      const output = await session.run(rbacSyncArguments(session.dialect, workspace, file), 10 * minute);
      if (output.exitCode !== 0) throw session.failure(`workspace ${workspace}`, output);
    },
  };
}

/** @throws KongBackupError `tool-failed` for a file that is none of decK's. */
export function countRoles(text: string, place: string): Counts {
  const content = readYaml(text, place);
  const roles = isObject(content) ? (content['rbac_roles'] ?? []) : undefined;
  if (!Array.isArray(roles)) {
    throw new KongBackupError('tool-failed', {
      place,
      reason: 'decK ended well, but what it wrote is no file of roles.',
      remedy: 'See the log for the call.',
    });
  }
  const permissions = roles.map((role) => (isObject(role) ? role['endpoint_permissions'] : []));
  return {
    rbac_roles: roles.length,
    rbac_endpoint_permissions: permissions.reduce<number>(
      (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
      0,
    ),
  };
}
