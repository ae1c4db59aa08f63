import fc from 'fast-check';

/**
 * The same cases in each run, so that a red run is red again for whoever looks into it. `KONG_BACKUP_SEED=random` looks for
 * new ones, and a failure names the seed with which it comes back.
 */
const asked = process.env['KONG_BACKUP_SEED'] ?? '20261121';
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
