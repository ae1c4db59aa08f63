import { loginKey, secretLine, secretsByLogin } from '../../../core/enteredSecrets.js';
import { KongBackupError, throwIfCancelled } from '../../../core/errors.js';
import { isObject } from '../../../core/json.js';
import type { Migration, StepFinding, StepOutcome } from '../../../core/migration.js';
import type { StepWork } from '../runbook.js';
import type { LoginToRecreate, MigrationTools } from '../tools.js';
import { snapshotOf } from './changeEmbargo.js';
import { textInput } from './words.js';

/**
 * Logins that no dump brings over: passwords that are hashes, admins, tokens of RBAC. Named always; given the secrets that the
 * operator entered, and new ones to the others when it is said who may read them: all that were written go into one file,
 * encrypted, and nowhere else.
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
    const able = logins.filter(({ path }) => path !== undefined);
    const entered = ofLogins(secretsByLogin(input['entered']), able);
    const before = writtenBefore(migration);
    if (recipient === undefined && file === undefined && entered.size === 0) return listed(logins, before);
    if ((recipient === undefined) !== (file === undefined)) {
      throw new KongBackupError('key-missing', {
        place: migration.id,
        reason:
          'New secrets are handed over in an encrypted file: that takes both an age recipient and the name of a new file.',
        remedy: 'Give "recipient" (age1…) and "file", or neither to have none made.',
      });
    }
    // Whether it can be written is known before a login is changed.
    const sealed = recipient !== undefined && file !== undefined ? { recipient, file } : undefined;
    if (sealed) await tools.refuseFile(sealed.file, sealed.recipient);
    // What has a new secret keeps it, unless another one is given or asked for.
    const isKept = (login: LoginToRecreate): boolean => before.has(loginKey(login)) && input['renew'] !== 'true';
    const todo = able.flatMap((login) => {
      const secret = entered.get(loginKey(login));
      return secret !== undefined ? { ...login, secret } : sealed && !isKept(login) ? login : [];
    });
    const { written, failed } = await tools.recreateLogins(green, todo, context);
    if (sealed) {
      const lines = written.map(({ login, secret }) => secretLine(login, secret));
      await tools.seal(`${lines.join('\n')}\n`, sealed.recipient, sealed.file);
    }
    // Those that were changed before the cancel are handed over all the same: nobody else knows them.
    throwIfCancelled(context.signal, migration.id);
    const isWritten = new Set([...before, ...written.map(({ login }) => loginKey(login))]);
    const earlier = logins.filter((login) => isWritten.has(loginKey(login))).length - written.length;
    const isTried = new Set(todo.map(loginKey));
    const strange = [...entered.keys()].filter((key) => !able.some((login) => loginKey(login) === key));
    return {
      result: strange.length > 0 || logins.some((login) => !isWritten.has(loginKey(login))) ? 'attention' : 'done',
      summary: `${written.length} of ${logins.length} logins got new secrets${earlier > 0 ? `, ${earlier} had them before` : ''}${sealed ? `; those of now stand in ${sealed.file} and nowhere else` : ''}.`,
      figures: {
        logins: logins.length,
        'with new secrets': written.length,
        ...(earlier > 0 && { 'with new secrets before': earlier }),
        ...(sealed && { file: sealed.file }),
      },
      findings: [
        ...strange.map((key): StepFinding => ({
          severity: 'attention',
          message: `${key.replaceAll('\t', ' ')} is none of the logins that a secret can be set for: what was entered for it is not used.`,
          remedy: 'Enter it by the name that this step lists.',
        })),
        ...failed.map(({ login, reason }): StepFinding => ({
          severity: 'stop',
          message: `${nameOf(login)} got no new secret: ${reason}`,
          remedy: 'Mend it, then run this step again.',
        })),
        ...able.filter((login) => !isTried.has(loginKey(login)) && !before.has(loginKey(login))).map(asListed),
        ...logins.filter((login) => !able.includes(login)).map(byHand),
      ],
      data: { written: [...isWritten].sort() },
    };
  },
});

const nameOf = ({ workspace, kind, label }: LoginToRecreate): string => `${workspace}: ${kind} ${label}`;

/** Keys of the logins that earlier runs gave new secrets. A sync that is run again leaves those alone. */
function writtenBefore({ steps }: Migration): Set<string> {
  const runs = steps.find(({ step }) => step === 'credentials')?.runs ?? [];
  const keys = runs.flatMap(({ outcome }) => {
    const written = isObject(outcome?.data) ? outcome.data['written'] : undefined;
    return Array.isArray(written) ? written.map(String) : [];
  });
  return new Set(keys);
}

/** Secrets by the keys of the logins: a login's own name stands for it where no other one of its kind has the same. */
function ofLogins(entered: ReadonlyMap<string, string>, logins: readonly LoginToRecreate[]): Map<string, string> {
  const keys = new Set(logins.map(loginKey));
  return new Map(
    [...entered].map(([key, secret]) => {
      const called = logins.filter((login) => loginKey({ ...login, label: login.name ?? login.label }) === key);
      const [only] = called;
      const isMeant = !keys.has(key) && only !== undefined && called.length === 1;
      return [isMeant ? loginKey(only) : key, secret];
    }),
  );
}

function listed(logins: readonly LoginToRecreate[], before: ReadonlySet<string>): StepOutcome {
  const open = logins.filter((login) => !before.has(loginKey(login)));
  const earlier = logins.length - open.length;
  return {
    result: open.length > 0 ? 'attention' : 'done',
    summary:
      earlier === 0
        ? `${open.length} logins have to be given new secrets on green.`
        : `${earlier} of ${logins.length} logins have new secrets; ${open.length} have to be given them on green.`,
    figures: { logins: logins.length, ...(earlier > 0 && { 'with new secrets before': earlier }) },
    findings: open.map(asListed),
    ...(earlier > 0 && { data: { written: [...before].sort() } }),
  };
}

function asListed(login: LoginToRecreate): StepFinding {
  return {
    severity: 'attention',
    message: `${nameOf(login)} does not come over: its secret can not be read from blue.`,
    remedy:
      login.path !== undefined
        ? 'Set it by hand, run this step with secrets of your own, or with "recipient" and "file" to have new ones made.'
        : handRemedy,
  };
}

const handRemedy = 'Invite or make them anew on green: their password is set by themselves.';

const byHand = (login: LoginToRecreate): StepFinding => ({
  severity: 'attention',
  message: `${nameOf(login)} has to be made by hand.`,
  remedy: handRemedy,
});
