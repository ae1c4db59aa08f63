import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import { newestSuccess } from './schedule.js';

/** What became of one environment in a run. */
export interface RunResult {
  environment: string;
  result: 'ok' | 'partial' | 'failed';
  /** When the run of this environment was over. */
  at: Date;
}

interface Family {
  name: string;
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

const results: readonly RunResult['result'][] = ['ok', 'partial', 'failed'];

/**
 * The text of a file for the textfile collector of Prometheus' node exporter. Times are of the moment it happened, so that an
 * alert reckons the age: `time() - kong_backup_last_success_timestamp_seconds > 86400`.
 * @param entriesOf snapshots of an environment, newest first.
 */
export function metricsText(
  runs: readonly RunResult[],
  entriesOf: (environment: string) => readonly CatalogueEntry[],
  now: Date,
): string {
  const successes = runs.flatMap(({ environment }) => {
    const manifest = newestSuccess(entriesOf(environment), now);
    return manifest ? [{ environment, manifest }] : [];
  });
  const ofSuccess = (name: string, help: string, valueOf: (manifest: Manifest) => number): Family => ({
    name: `kong_backup_last_success_${name}`,
    help,
    samples: successes.map(({ environment, manifest }) => ({ labels: { environment }, value: valueOf(manifest) })),
  });
  const ofRun = (name: string, help: string, valueOf: (run: RunResult) => number): Family => ({
    name: `kong_backup_${name}`,
    help,
    samples: runs.map((run) => ({ labels: { environment: run.environment }, value: valueOf(run) })),
  });
  return [
    ofRun('last_run_timestamp_seconds', 'When the last backup was over, whatever came of it.', ({ at }) => seconds(at)),
    {
      name: 'kong_backup_last_run_result',
      help: '1 for what the last backup came to, 0 for the others.',
      samples: runs.flatMap(({ environment, result }) =>
        results.map((each) => ({ labels: { environment, result: each }, value: each === result ? 1 : 0 })),
      ),
    },
    ofRun('snapshots', 'How many whole snapshots there are.', ({ environment }) => {
      return entriesOf(environment).filter(({ manifest }) => manifest).length;
    }),
    ofSuccess('timestamp_seconds', 'When the newest complete snapshot was taken.', ({ createdAt }) =>
      seconds(new Date(createdAt)),
    ),
    ofSuccess('duration_seconds', 'How long the newest complete snapshot took.', ({ duration }) => duration / 1000),
    ofSuccess('size_bytes', 'Bytes of the files of the newest complete snapshot.', sizeOf),
    ofSuccess('entities', 'Entities in the newest complete snapshot.', entitiesOf),
    {
      name: 'kong_backup_last_success_verified',
      help: '1 where the newest complete snapshot was verified and found whole.',
      samples: successes.map(({ environment, manifest }) => ({
        labels: { environment },
        value: isVerified(entriesOf(environment), manifest) ? 1 : 0,
      })),
    },
  ]
    .map(familyText)
    .join('');
}

function familyText({ name, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${name}{${pairs.join(',')}} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ''].join('\n');
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const seconds = (moment: Date): number => moment.getTime() / 1000;

const sizeOf = ({ parts }: Manifest): number =>
  parts.flatMap(({ files }) => files).reduce((sum, { bytes }) => sum + bytes, 0);

const entitiesOf = ({ parts }: Manifest): number =>
  parts.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);

const isVerified = (entries: readonly CatalogueEntry[], { id }: Manifest): boolean =>
  entries.find((entry) => entry.id === id)?.state?.verified?.result === 'whole';
