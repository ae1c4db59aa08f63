import { KongBackupError, throwIfCancelled } from '../../../core/errors.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { StepWork } from '../runbook.js';
import type { LoginToRecreate, MigrationTools } from '../tools.js';
import { snapshotOf } from './changeEmbargo.js';
import { textInput } from './words.js';

/**
 * Logins that no dump brings over: passwords that are hashes, admins, tokens of RBAC. Named always; given new secrets when the
 * operator says who may read them: those go into one file, encrypted, and nowhere else.
 */
export const credentials = (tools: MigrationTools): StepWork => ({
  step: 'credentials',
  async run({ migration, green, input }, context): Promise<StepOutcome> {
    const id = snapshotOf(migration, 'configuration-dump');
    const logins = id === undefined ? [] : await tools.loginsToRecreate(id, context);
    const recipient = textInput(input, 'recipient');
    const file = textInput(input, 'file');
    if (logins.length === 0) {
      return { result: 'done', summary: 'Every login came over as it was.', figures: { logins: 0 }, findings: [] };
    }
    if (recipient === undefined && file === undefined) return listed(logins);
    if (recipient === undefined || file === undefined) {
      throw new KongBackupError('key-missing', {
        place: migration.id,
        reason:
          'New secrets are handed over in an encrypted file: that takes both an age recipient and the name of a new file.',
        remedy: 'Give "recipient" (age1…) and "file", or neither to have the logins listed only.',
      });
    }
    // Whether it can be written is known before a login is changed.
    await tools.refuseFile(file, recipient);
    const able = logins.filter(({ path }) => path !== undefined);
    const { written, failed } = await tools.recreateLogins(green, able, context);
    const text = written
      .map(({ login, secret }) => `${login.workspace}\t${login.kind}\t${login.label}\t${secret}`)
      .join('\n');
    await tools.seal(`${text}\n`, recipient, file);
    // Those that were changed before the cancel are handed over all the same: nobody else knows them.
    throwIfCancelled(context.signal, migration.id);
    const left = logins.filter((login) => !written.some((each) => each.login === login));
    return {
      result: left.length > 0 ? 'attention' : 'done',
      summary: `${written.length} of ${logins.length} logins got new secrets; they stand in ${file} and nowhere else.`,
      figures: { logins: logins.length, 'with new secrets': written.length, file },
      findings: [
        ...failed.map(({ login, reason }): StepFinding => ({
          severity: 'stop',
          message: `${nameOf(login)} got no new secret: ${reason}`,
          remedy: 'Mend it, then run this step again.',
        })),
        ...logins.filter((login) => !able.includes(login)).map(byHand),
      ],
    };
  },
});

const nameOf = ({ workspace, kind, label }: LoginToRecreate): string => `${workspace}: ${kind} ${label}`;

const listed = (logins: readonly LoginToRecreate[]): StepOutcome => ({
  result: 'attention',
  summary: `${logins.length} logins have to be given new secrets on green.`,
  figures: { logins: logins.length },
  findings: logins.map((login) => ({
    severity: 'attention',
    message: `${nameOf(login)} does not come over: its secret can not be read from blue.`,
    remedy:
      login.path !== undefined
        ? 'Set it by hand, or run this step with "recipient" and "file" to have new secrets made.'
        : handRemedy,
  })),
});

const handRemedy = 'Invite or make them anew on green: their password is set by themselves.';

const byHand = (login: LoginToRecreate): StepFinding => ({
  severity: 'attention',
  message: `${nameOf(login)} has to be made by hand.`,
  remedy: handRemedy,
});
