import type { AddedChange, BlockedChange, Change, ChangeSelector, IdleSelector } from './change.js';

const nameOf = ({ kind, label }: Change): string => `${kind} "${label}"`;

/** `services "orders" is added: routes "all" refers to it.` */
export function addedText({ change, why, for: other }: AddedChange): string {
  const verb = change.action === 'delete' ? 'is deleted too' : 'is added';
  const because =
    why === 'key'
      ? `it gives free what ${nameOf(other)} takes`
      : why === 'referrer'
        ? `it refers to ${nameOf(other)}, which is deleted`
        : `${nameOf(other)} needs it`;
  return `${change.workspace}: ${nameOf(change)} ${verb}: ${because}.`;
}

export function blockedText({ change, why, by, byName = '' }: BlockedChange): string {
  const because = {
    mode: 'nothing is deleted in this mode',
    except: 'it was taken out',
    owned: `the plugin ${byName} made it and looks after it`,
    others: 'the restore that is taken back did not make it',
    used: `${byName} refers to it and stays`,
    needs: by ? `it needs the ${by.action} of ${nameOf(by)}, which is not done` : '',
  }[why];
  const what = change.action === 'delete' ? 'is not in the snapshot but kept' : `is not ${change.action}d`;
  return `${change.workspace}: ${nameOf(change)} ${what}: ${because}.`;
}

/**
 * `kind/name`, `kind`, `workspace:NAME`, or these behind a workspace: `workspace:team-a/routes/all`. A name may hold slashes.
 * @returns undefined when it is none of these.
 */
export function parseSelector(text: string): ChangeSelector | undefined {
  const [, workspace, rest] = /^(?:workspace:([^/]+)(?:\/(?=.)|$))?(.*)$/s.exec(text) ?? [];
  const [, kind, name] = /^([^/:\s]+)(?:\/(.+))?$/s.exec(rest ?? '') ?? [];
  if ((rest !== '' && kind === undefined) || (workspace === undefined && kind === undefined)) return undefined;
  return {
    ...(workspace !== undefined && { workspace }),
    ...(kind !== undefined && { kind: kind.replaceAll('-', '_') }),
    ...(name !== undefined && { name }),
  };
}

/** `workspace:team-a/routes/all` */
export function selectorText({ workspace, kind, name }: ChangeSelector): string {
  return [workspace === undefined ? undefined : `workspace:${workspace}`, kind, name]
    .filter((part) => part !== undefined)
    .join('/');
}

/** `consumers/newcc names nothing that differs. Did you mean consumers/newc?` */
export function idleText({ close, ...selector }: IdleSelector): string {
  const did = close.length === 0 ? '' : ` Did you mean ${close.join(' or ')}?`;
  return `${selectorText(selector)} names nothing that differs.${did}`;
}
