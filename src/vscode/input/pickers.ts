import * as vscode from 'vscode';
import type { App } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import { KongBackupError } from '../../core/errors.js';
import type { Manifest } from '../../core/snapshot.js';
import { lookOf } from '../environmentLook.js';
import { formatAge, formatBytes, formatTime } from '../format.js';
import { environmentOf } from '../tree/environmentsTree.js';
import { sizeOf } from '../tree/snapshotNode.js';

/**
 * Asks for an environment, unless there is only one or `arg` is one: a row of a tree, or a name. Undefined when the person
 * gave up.
 */
export async function pickEnvironment(app: App, arg: unknown, title: string): Promise<Environment | undefined> {
  const given = environmentOf(arg);
  // Read again by name: the row may be older than the file.
  if (given) return app.environment(given.name);
  if (typeof arg === 'string') return app.environment(arg);
  const { environments } = await app.environments();
  if (environments.length === 0) throw nothingThere(vscode.l10n.t('There is no environment yet.'));
  if (environments.length === 1) return environments[0];
  return showEnvironments(environments, title, ({ group = '' }) => group);
}

/** Asks what to hold a snapshot against or to restore it into: its own environment comes first. */
export async function pickTarget(
  app: App,
  snapshot: Manifest,
  arg: unknown,
  title: string,
): Promise<Environment | undefined> {
  const { environments } = await app.environments();
  const isOwn = ({ id }: Environment): boolean => id === snapshot.environment.id;
  const own = environments.filter(isOwn);
  if (arg !== undefined || environments.length === own.length) return pickEnvironment(app, arg ?? own[0], title);
  const ordered = [...own, ...environments.filter((environment) => !isOwn(environment))];
  return showEnvironments(ordered, title, (environment) =>
    isOwn(environment)
      ? vscode.l10n.t('Where the snapshot was taken')
      : vscode.l10n.t('Another gateway than the snapshot’s'),
  );
}

async function showEnvironments(
  environments: readonly Environment[],
  title: string,
  describe: (environment: Environment) => string,
): Promise<Environment | undefined> {
  const items = environments.map((environment) => {
    const { color, meaning } = lookOf(environment);
    return {
      label: environment.name,
      description: describe(environment),
      detail: [environment.adminUrl, ...(meaning ? [meaning] : [])].join(' · '),
      iconPath: new vscode.ThemeIcon('server-environment', color),
      environment,
    };
  });
  const options = { title, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.environment;
}

const nothingThere = (reason: string): KongBackupError =>
  new KongBackupError('environment-missing', {
    place: 'kong-environments.yaml',
    reason,
    remedy: vscode.l10n.t('Add an environment first.'),
  });

/** The id of the snapshot that a row of the tree belongs to. */
export function snapshotIdOf(node: unknown): string | undefined {
  if (typeof node === 'string') return node;
  if (typeof node !== 'object' || node === null || !('snapshotId' in node)) return undefined;
  return typeof node.snapshotId === 'string' ? node.snapshotId : undefined;
}

/** The ids of the selected rows, or of the one that was clicked. */
export function snapshotIdsOf(arg: unknown, selection: unknown): string[] {
  const rows: unknown[] = Array.isArray(selection) ? selection : [arg];
  return [...new Set(rows.flatMap((row) => snapshotIdOf(row) ?? []))];
}

/** Asks for a whole snapshot, unless `arg` is one: a row of a tree, or an id. Undefined when the person gave up. */
export async function pickSnapshot(
  app: App,
  arg: unknown,
  { title, environment, except }: { title: string; environment?: string; except?: string },
): Promise<Manifest | undefined> {
  const id = snapshotIdOf(arg);
  if (id !== undefined) return app.snapshot(id);
  const whole = (await app.snapshots(environment)).flatMap(({ manifest }) => (manifest ? [manifest] : []));
  const candidates = whole.filter((manifest) => manifest.id !== except);
  if (candidates.length === 0) {
    throw new KongBackupError('snapshot-missing', {
      place: environment ?? '',
      reason: vscode.l10n.t('There is no snapshot to choose.'),
      remedy: vscode.l10n.t('Back up an environment first.'),
    });
  }
  const items = candidates.map((manifest) => ({
    label: formatTime(manifest.createdAt),
    description: [manifest.environment.name, formatAge(manifest.createdAt), formatBytes(sizeOf(manifest))].join(' · '),
    ...(manifest.label ? { detail: manifest.label } : {}),
    manifest,
  }));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  return picked?.manifest;
}
