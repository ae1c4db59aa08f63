import { isLeftOnPurpose } from '../core/leftOnPurpose.js';
import { brokenChecks, checkText } from '../core/smokeChecks.js';
import type { DifferenceReason, ProvedEntity, RestoreProof } from './restoreProof.js';

const verdicts: Record<RestoreProof['proof'], string> = {
  equal: 'Equal to the snapshot: all was read back, nothing differs and no change failed.',
  differs: 'Not equal to the snapshot.',
  unproved: 'Not proved: nothing differs in what was read back, but not all was read, or a change failed.',
};

/** What was left or kept on purpose is not called equal. */
const equalBut =
  'What was compared is equal to the snapshot: it was read back, and no change failed. What was left as it is, is named under Warnings.';

const reasons: Record<DifferenceReason, string> = {
  refused: 'its change failed',
  hashed: 'the snapshot holds only the hash of a password, which can’t be written: set it anew',
  'not-kept': 'the gateway keeps another value than was written: a default, or a field that it computes',
  since: 'it was changed by somebody else since',
};

/** A restore's proof as Markdown, for a ticket or a change record. */
export function proofAsMarkdown(proof: RestoreProof): string {
  const { environment, versions, safetySnapshot, restore, undoes, durations } = proof;
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  const facts = [
    ['Gateway', `${environment.name} (${environment.adminUrl}), Kong ${versions.gateway}`],
    ['Snapshot', `${proof.snapshot}, of Kong ${versions.snapshotGateway}`],
    ...(undoes === undefined ? [] : [['Takes back', undoes]]),
    ['Safety snapshot', safetySnapshot ?? 'none'],
    ['Journal', `${restore ?? 'none'}${proof.resumed ? ', resumed' : ''}`],
    ['By', `${proof.by}, ${proof.at}`],
    ['Tool', versions.tool],
    ['Mode', `${proof.mode}; ${proof.left} differences left as they were`],
    [
      'Took',
      `${seconds(proof.duration)}: plan ${seconds(durations.plan)}, safety snapshot ${seconds(durations.guard)}, apply ${seconds(durations.apply)}, read back ${seconds(durations.verify)}`,
    ],
  ].map(([name, value]) => `| ${name} | ${cell(value ?? '')} |`);
  const written = proof.written.map(
    ({ workspace, kind, creates, updates, deletes }) =>
      `| ${cell(workspace)} | ${kind} | ${creates} | ${updates} | ${deletes} |`,
  );
  return [
    `# Restore of ${proof.snapshot} into ${environment.name}`,
    ...brokenText(proof),
    proof.proof === 'equal' && isLeftOnPurpose(proof.warnings) ? equalBut : verdicts[proof.proof],
    ['| | |', '| --- | --- |', ...facts].join('\n'),
    `## Written\n\n${proof.equal} entities are equal to the snapshot. Memberships of consumer groups: ${proof.memberships.before} before, ${proof.memberships.after} after.`,
    ...(written.length === 0
      ? ['Nothing.']
      : [
          ['| Workspace | Kind | Created | Updated | Deleted |', '| --- | --- | --- | --- | --- |', ...written].join(
            '\n',
          ),
        ]),
    ...list('Smoke checks', (proof.checks ?? []).map(checkText)),
    ...list(
      'Failed',
      proof.failed.map((each) => `${each.action} ${entity(each)}: ${each.reason ?? ''}`),
    ),
    ...list(
      'Different',
      proof.differs.map(
        (each) =>
          `${entity(each)}: ${reasons[each.why]} (${each.fields.map(({ path }) => path).join(', ') || each.action})`,
      ),
    ),
    ...list(
      'Not read back',
      proof.unread.map(({ workspace = '', kind = '', reason }) => `${workspace} ${kind}: ${reason}`),
    ),
    ...list(
      'Warnings',
      proof.warnings.map(({ code, message }) => `${code}: ${message}`),
    ),
    '',
  ].join('\n\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const entity = ({ workspace, kind, label, id }: ProvedEntity): string => `${kind} ${label ?? id} of ${workspace}`;

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, lines.map((line) => `- ${line.replaceAll('\n', ' ')}`).join('\n')];

/** What a reader has to know before all else. */
function brokenText({ checks = [], restore, environment }: RestoreProof): string[] {
  const broken = brokenChecks(checks);
  if (broken.length === 0) return [];
  const names = broken.map(({ name }) => `**${cell(name)}**`).join(', ');
  const undo = `kong-backup undo ${restore ?? environment.name}`;
  return [
    `${names} passed before the restore and ${broken.length === 1 ? 'fails' : 'fail'} after it. To go back: \`${undo}\``,
  ];
}
