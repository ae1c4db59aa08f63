import * as vscode from 'vscode';
import type { Comparison, EntityHistory, EntityVersion } from '../../app.js';
import type { Change } from '../../core/change.js';
import { formatKind, formatTime } from '../format.js';
import { pickEnvironment } from '../input/pickers.js';
import { ChangeNode } from '../tree/changeNodes.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Shows one entity through all snapshots of an environment, each version beside the one before. */
export const entityHistory = ({ app, changes }: Pick<Workbench, 'app' | 'changes'>): Command => ({
  id: 'kongBackup.entityHistory',
  async run(call, arg, target) {
    const core = await app.get();
    const environment = await pickEnvironment(core, target, vscode.l10n.t('History in which environment?'));
    const entity = environment && (arg instanceof ChangeNode ? fromChange(arg.change) : (named(arg) ?? (await ask())));
    if (!environment || !entity) return;
    const title = vscode.l10n.t('History of {0} {1} in {2}', formatKind(entity.kind), entity.name, environment.name);
    const history = await call.withProgress(title, (context) => core.history(environment.name, entity, context));
    changes.open({ title, comparison: asComparison(history) });
    await vscode.commands.executeCommand('kongBackup.changes.focus');
  },
});

type Asked = { workspace: string; kind: string; name: string };

const fromChange = ({ workspace, kind, id, label, before }: Change): Asked => ({
  workspace,
  kind,
  name: before ? id : label,
});

/** The entity that a lens in a file stands above. */
function named(arg: unknown): Asked | undefined {
  const { workspace, kind, name } = (arg ?? {}) as Partial<Asked>;
  const isNamed = typeof workspace === 'string' && typeof kind === 'string' && typeof name === 'string';
  return isNamed ? { workspace, kind, name } : undefined;
}

/** What stands under the cursor is proposed. */
async function ask(): Promise<Asked | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('History of which entity?'),
    prompt: vscode.l10n.t(
      'Kind and name or id, as in: services orders. A workspace goes before: team-a/services orders.',
    ),
    value: underCursor(),
    validateInput: (value) =>
      entityWords.test(value.trim()) ? undefined : vscode.l10n.t('A kind, a blank, and a name or id.'),
  });
  const [, workspace = 'default', kind, name] = entityWords.exec(text?.trim() ?? '') ?? [];
  return kind !== undefined && name !== undefined ? { workspace, kind, name } : undefined;
}

const entityWords = /^(?:([^/\s]+)\/)?([a-z_0-9]+)\s+(.+)$/;

/** The entity that the line under the cursor belongs to, by its indentation alone. */
function underCursor(): string {
  const { document, selection } = vscode.window.activeTextEditor ?? {};
  if (!document || !selection) return 'services ';
  let name: string | undefined;
  let column = Infinity;
  for (let line = selection.active.line; line >= 0; line--) {
    const { text } = document.lineAt(line);
    const [, blanks = '', key = '', value = ''] = /^([\s-]*)([a-z_]+):\s*(.*)$/.exec(text) ?? [];
    if (key === '') continue;
    if (name === undefined && /^(name|username|id)$/.test(key) && blanks.length <= column) {
      [name, column] = [value.replace(/^["']|["']$/g, ''), blanks.length];
    } else if (name !== undefined && value === '' && blanks.length < column) return `${key} ${name}`;
  }
  return 'services ';
}

/** Versions as changes, so that they are looked at in the same view. */
function asComparison({ kind, id = '', workspace, versions }: EntityHistory): Comparison {
  const changes: Change[] = [];
  let before: EntityVersion['entity'];
  for (const { change, entity, fields, snapshot, createdAt } of versions) {
    const shared = {
      workspace,
      kind,
      label: createdAt === undefined ? snapshot : formatTime(createdAt),
      id: `${id} ${snapshot}`,
    };
    if (change === 'first' || change === 'created') {
      if (entity) changes.push({ ...shared, action: 'create', after: entity });
    } else if (change === 'updated' && before && entity) {
      changes.push({ ...shared, action: 'update', before, after: entity, fields: fields ?? [] });
    } else if (change === 'deleted' && before) changes.push({ ...shared, action: 'delete', before });
    if (change !== 'unknown') before = entity;
  }
  return {
    plan: { workspaces: [{ workspace, exists: true, changes, unchanged: 0 }] },
    unknown: versions.flatMap(({ change, snapshot, reason = '' }) =>
      change === 'unknown'
        ? [{ part: 'entities' as const, kind, workspace, reason: `${snapshot}: ${reason}`, remedy: '' }]
        : [],
    ),
    notCompared: [],
    warnings: [],
  };
}
