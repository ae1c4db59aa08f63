import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import type { KeptState, StateKeeper } from '../core/keptState.js';
import { safeFileName } from '../core/snapshotId.js';
import { getConfig, postConfig } from '../gateway/declarativeConfig.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';
import { readText } from './kongCommand.js';
import { keptFolder } from './kongConfigKept.js';
import { type DeclarativeFileOptions, nowOf } from './kongConfigOptions.js';

const before = 'before.yaml';

/** What gateways without a database ran when a restore loaded another configuration into them: a folder beside the snapshots each. */
export const dblessKeeper = (
  options: Pick<DeclarativeFileOptions, 'keep' | 'requestTimeout' | 'now'>,
): StateKeeper => ({
  part: 'declarative-file',
  async kept({ environment }) {
    if (environment.mode !== 'dbless') return [];
    const found: KeptState[] = [];
    for (const { folder, at } of await foldersOf(options.keep, environment.name)) {
      const file = path.join(folder, before);
      const size = await stat(file).then(
        (stats) => stats.size,
        () => undefined,
      );
      if (size !== undefined) found.push({ part: 'declarative-file', name: file, about, at, bytes: size });
    }
    return found;
  },
  async undo(target, { name }, confirm, { signal }) {
    const text = await readText(name);
    const step = {
      id: 'undo',
      title: `Load ${name} into the gateway.`,
      command: 'POST /config?check_hash=1&flatten_errors=1',
      destroys: 'What the gateway runs now is kept, as this was.',
    };
    if (!(await confirm(step))) return undefined;
    const client = createGatewayClient(target, { requestTimeout: options.requestTimeout });
    const now = await getConfig(client, signal);
    const kept = await keptFolder(options.keep, target.environment.name, nowOf(options)).write(before, now);
    const { verdict } = await postConfig(client, text, signal);
    if (verdict === 'refused') throw refused(target.environment.name, name);
    return kept;
  },
  letGo: (_target, { name }) =>
    rm(path.dirname(name), { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) => {
      throw writeError(error, name);
    }),
});

const about = 'what the gateway ran before a restore';

/** Those of one environment, newest first. */
async function foldersOf(keep: string, environment: string): Promise<{ folder: string; at: string }[]> {
  const names = await readdir(keep).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  const start = `${safeFileName(environment)}-`;
  return names
    .filter((name) => name.startsWith(start) && stamped.test(name.slice(start.length)))
    .sort()
    .reverse()
    .map((name) => ({
      folder: path.join(keep, name),
      at: name.slice(start.length).replace(stamped, '$1-$2-$3T$4:$5:$6.$7Z'),
    }));
}

/** `20261121T063517123Z`, as `stamp` writes it. */
const stamped = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

const refused = (place: string, name: string): KongBackupError =>
  new KongBackupError('file-invalid', {
    place,
    reason: `The gateway refuses ${name}.`,
    remedy: 'Nothing was changed. Was the gateway updated since?',
  });
