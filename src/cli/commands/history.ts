import type { EntityHistory } from '../../app.js';
import { shownEntity, shownValue } from '../../core/secretFields.js';
import type { CommandSpec } from '../commandSpec.js';
import { plural } from '../text.js';

export const historyCommand: CommandSpec = {
  name: 'history',
  summary: 'One entity through all snapshots of an environment.',
  example: 'kong-backup history production services orders',
  declare(command) {
    command
      .argument('<environment>', 'the environment whose snapshots to look at')
      .argument('<kind>', 'services, routes, consumers, plugins …')
      .argument('<name>', 'its name or id')
      .option('--workspace <name>', 'the workspace it is in', 'default');
  },
  async run([environment, kind, name, options], { app, context }) {
    const { workspace } = options as { workspace: string };
    const request = { workspace, kind: kind as string, name: name as string };
    const history = await (await app()).history(environment as string, request, context);
    return { data: historyData(history), text: historyText(history), verdict: 0 };
  },
};

function historyText({ kind, label, id, workspace, versions }: EntityHistory): string {
  const told = versions.filter(({ change }) => change !== 'same' && change !== 'absent');
  const held = versions.filter(({ entity }) => entity);
  const seen = held.length > 0 ? [`  first seen ${held[0]?.createdAt}, last seen ${held.at(-1)?.createdAt}`] : [];
  const lines = told.flatMap(({ snapshot, change, fields = [], reason }) => [
    `${snapshot}  ${change}${reason === undefined ? '' : `: ${reason}`}`,
    ...fields.map(({ path, before, after }) => {
      const [was, is] = [before, after].map((value) => JSON.stringify(shownValue(kind, path, value)));
      return was === is ? `    ${path}: changed` : `    ${path}: ${was} → ${is}`;
    }),
  ]);
  return [`${kind} ${label} (${id}) in ${workspace}: ${plural(versions.length, 'snapshot')}`, ...seen, ...lines].join(
    '\n',
  );
}

/** Secrets masked. */
const historyData = (history: EntityHistory): EntityHistory => ({
  ...history,
  versions: history.versions.map((version) => ({
    ...version,
    ...(version.entity && { entity: shownEntity(history.kind, version.entity) }),
    ...(version.fields && {
      fields: version.fields.map((field) => ({
        ...field,
        before: shownValue(history.kind, field.path, field.before),
        after: shownValue(history.kind, field.path, field.after),
      })),
    }),
  })),
});
