import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { App } from '../app.js';
import type { EntityReader } from '../core/driver.js';
import { KongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import type { SnapshotStore } from '../core/store.js';
import { writeNewSecrets } from '../drivers/newSecrets.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';
import { proxyRequest } from '../gateway/proxyRequest.js';
import type { HookRunner } from '../operations/hooks.js';
import { loginsIn } from '../operations/migration/logins.js';
import type { MigrationTools } from '../operations/migration/tools.js';
import { pause } from '../operations/pause.js';
import type { SmokeChecking } from '../operations/smokeChecks.js';
import type { Targets } from '../operations/targets.js';
import { checkRecipients } from '../stores/encoding/keys.js';
import { writeSealedFile } from '../stores/sealedFile.js';

export interface MigrationToolsParts {
  app: Pick<
    App,
    | 'probe'
    | 'planBackup'
    | 'counts'
    | 'backup'
    | 'verify'
    | 'snapshot'
    | 'drift'
    | 'planRestore'
    | 'restore'
    | 'restorePart'
  >;
  checks: SmokeChecking;
  store: SnapshotStore;
  reader: EntityReader;
  targets: Targets;
  run: HookRunner;
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** What relative paths start from. */
  baseFolder: string;
}

/** Milliseconds that a command which moves traffic may take. */
const commandTime = 1_800_000;
const metricsTime = 10_000;

/** What the steps of a migration are done with: the app's own jobs, and a few of theirs. */
export function createMigrationTools(parts: MigrationToolsParts): MigrationTools {
  const { app, checks, store, reader, targets, run, requestTimeout, baseFolder } = parts;
  const resolve = (file: string): string => path.resolve(baseFolder, file);
  return {
    probe: (environment, context) => app.probe(environment, context),
    planBackup: (environment, context) => app.planBackup(environment, context),
    counts: (environment, workspace, context) => app.counts(environment, workspace, context),
    pluginsInUse: (environment, workspaces, context) =>
      targets.run(environment, context, async (target, guarded) => {
        const names = new Set<string>();
        for (const workspace of workspaces) {
          for (const { kind, fields } of (await reader.read(target, workspace, {}, guarded)).entities) {
            if (kind === 'plugins' && typeof fields['name'] === 'string') names.add(fields['name']);
          }
        }
        return [...names].sort();
      }),
    backup: (environment, request, context) => app.backup(environment, request, context),
    async verifyDeep(snapshot, context) {
      const { verifications, failed } = await app.verify([snapshot], 'deep', context);
      return [...verifications.flatMap(({ problems }) => problems), ...failed.map(({ reason }) => reason)];
    },
    snapshot: (id) => app.snapshot(id),
    drift: (environment, snapshot, context) => app.drift(environment, { snapshot }, context),
    planRestore: (...call) => app.planRestore(...call),
    restore: (...call) => app.restore(...call),
    restorePart: (...call) => app.restorePart(...call),
    checks: (environment, context) => checks.answers(environment, context),
    run: (command, variables, context) => run({ command, variables: { ...variables }, timeout: commandTime }, context),
    status: (environment, context) =>
      targets.run(environment, context, async (target, { signal }) => {
        const { body } = await createGatewayClient(target, { requestTimeout }).request('GET', '/status', { signal });
        return isObject(body) ? body : {};
      }),
    async metrics(environment, url, { signal }) {
      const { target } = await targets.resolve(environment);
      const request = { url, method: 'GET', headers: {}, timeout: metricsTime };
      const answer = await proxyRequest(target, request, signal);
      return 'status' in answer && answer.status === 200 ? new TextDecoder().decode(answer.body) : undefined;
    },
    loginsToRecreate: async (snapshot) => loginsIn(store, await app.snapshot(snapshot)),
    recreateLogins: (environment, logins, context) =>
      targets.run(environment, context, (target, guarded) =>
        writeNewSecrets(target, logins, { requestTimeout }, guarded),
      ),
    seal: (text, recipient, file) => writeSealedFile(text, recipient, resolve(file)),
    refuseFile: (file, recipient) => {
      checkRecipients([recipient], 'recipient');
      return refuseFile(resolve(file));
    },
    wait: (time, { signal }) => pause(time, 'canary', signal),
    now: () => new Date(),
  };
}

async function refuseFile(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  const canWrite = await access(path.dirname(file), constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isThere && canWrite) return;
  throw new KongBackupError('store-unwritable', {
    place: file,
    reason: isThere ? 'There is a file of this name already.' : 'Nothing can be written into its folder.',
    remedy: 'Name another one.',
  });
}
