import { cronFields } from './cron.js';
import { engines, environmentColors, modes } from './environment.js';
import { compressions, dumpFormats, sslModes } from './environmentSections.js';
import {
  type Check,
  command,
  duration,
  flag,
  listOf,
  oneOf,
  secret,
  section,
  share,
  text,
  texts,
  whole,
} from './fieldChecks.js';
import { baseAddress, headerName, httpAddress, sentHeaders } from './httpFields.js';
import { overridesCheck } from './overrides.js';
import { partKinds } from './part.js';
import { smokeChecks } from './smokeChecks.js';

const tls = section({ caFile: text, certFile: text, keyFile: text, serverName: text, skipVerify: flag });

const database = section({
  host: text,
  port: whole(1, 65_535),
  name: text,
  user: text,
  password: secret,
  schema: text,
  sslMode: oneOf(sslModes),
  caFile: text,
  certFile: text,
  keyFile: text,
  programs: text,
  format: oneOf(dumpFormats),
  jobs: whole(1, 64),
});

const kong = section({
  command,
  conf: text,
  prefix: text,
  copy: command,
  restart: command,
  stop: command,
  start: command,
});

const files = listOf(
  section({ name: text, paths: texts, exclude: texts, command }, ['name', 'paths']),
  'maps of name, paths, exclude, command',
);

const mongodb = section({
  host: text,
  port: whole(1, 65_535),
  database: text,
  user: text,
  password: secret,
  authDatabase: text,
  tls: flag,
  caFile: text,
  programs: text,
  stop: command,
  start: command,
});

const retention = section({
  keepLast: whole(1),
  keepHourly: whole(1),
  keepDaily: whole(1),
  keepWeekly: whole(1),
  keepMonthly: whole(1),
  keepYearly: whole(1),
  keepWithin: duration,
  keepLabels: texts,
  minimum: whole(1),
  grace: duration,
});

const migration = section({
  blueBackup: command,
  metricsUrl: httpAddress(),
  dashboards: texts,
  canary: section(
    { command, rollback: command, hold: duration, every: duration, maxErrorShare: share, maxLatency: whole(1) },
    ['command', 'rollback'],
  ),
});

const hooks = section({
  beforeBackup: command,
  afterBackup: command,
  beforeRestore: command,
  afterRestore: command,
  timeout: duration,
});

/** Ids of its snapshots begin with it: `archive:production/2026-…`. */
const storeName: Check = (value) =>
  text(value) ?? (/[:/]/.test(String(value)) ? 'It must not hold ":" or "/".' : undefined);

/** Every field that an entry of `stores` may have. */
export const storeFields: Readonly<Record<string, Check>> = {
  name: storeName,
  folder: text,
  s3: section(
    {
      bucket: text,
      prefix: text,
      region: text,
      endpoint: text,
      pathStyle: flag,
      profile: text,
      accessKeyId: secret,
      secretAccessKey: secret,
      sessionToken: secret,
      pruneProfile: text,
      pruneAccessKeyId: secret,
      pruneSecretAccessKey: secret,
    },
    ['bucket'],
  ),
  compression: oneOf(compressions),
  deduplicate: flag,
  encryption: section({ recipients: texts, identityFile: text, passphrase: secret }),
};

/** Every field that an entry of `kong-environments.yaml` may have, in the order in which we write them. */
export const environmentFields: Readonly<Record<string, Check>> = {
  id: text,
  name: text,
  adminUrl: baseAddress('http://localhost:8001'),
  mode: oneOf(modes),
  workspaces: texts,
  engine: oneOf(engines),
  token: secret,
  tokenHeader: headerName,
  headers: sentHeaders,
  tls,
  selectTags: texts,
  gatewayVersion: text,
  protected: flag,
  readOnly: flag,
  scratch: flag,
  group: text,
  color: oneOf(environmentColors),
  store: text,
  parts: listOf(oneOf(partKinds), `parts: ${partKinds.join(', ')}`),
  database,
  kong,
  declarativeFile: text,
  files,
  keyring: section({ recoveryPrivateKeyFile: text, acknowledged: flag }),
  portal: section({ command }),
  mongodb,
  retention,
  schedule: section({ cron: cronFields, overdueAfter: duration }, ['cron']),
  hooks,
  restore: section({ maxDeletes: whole(0), maxDeleteShare: share }),
  overrides: overridesCheck,
  migration,
  proxyUrl: baseAddress('http://localhost:8000'),
  checks: smokeChecks,
};

/** Fields whose value is a text even where YAML reads a number: `gatewayVersion: 3.10` is not 3.1. */
export const textFields: ReadonlySet<string> = new Set([
  'id',
  'name',
  'gatewayVersion',
  'group',
  'workspaces',
  'selectTags',
  'store',
]);
