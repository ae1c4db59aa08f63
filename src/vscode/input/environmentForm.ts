import * as vscode from 'vscode';
import type { App, NewEnvironment } from '../../app.js';
import type { Environment, EnvironmentColor, GatewayInfo, Mode } from '../../core/environment.js';
import { environmentColors, modes } from '../../core/environment.js';
import { isKongBackupError } from '../../core/errors.js';
import { describeError } from '../errorMessages.js';
import type { Log } from '../log.js';
import { inOrder } from '../workspaceOrder.js';
import { back } from './answer.js';
import type { Choice } from './questions.js';
import { askMany, askOne, askText } from './questions.js';
import type { Step } from './steps.js';
import { askSteps } from './steps.js';

/** What the form found out. */
export interface FilledForm {
  environment: NewEnvironment;
  /** A token to keep; undefined to leave the stored one as it is. */
  token?: string;
  /** What the gateway said, when it was reached. */
  info?: GatewayInfo;
}

interface Draft extends FilledForm {
  /** Why the gateway was not reached. */
  error?: unknown;
}

type Flag = 'protected' | 'readOnly' | 'scratch';
const flags: readonly Flag[] = ['protected', 'readOnly', 'scratch'];

interface Services {
  app: App;
  log: Log;
  /** Names that are taken by other environments. */
  taken: readonly string[];
}

/**
 * Asks for an environment: name, address, and after a probe what the gateway could not tell itself.
 * @param before the environment to edit; its token is tried where no other is typed.
 * @returns undefined when the person gave up.
 */
export async function askForEnvironment(
  services: Services,
  before: Environment | undefined,
): Promise<FilledForm | undefined> {
  const draft: Draft = { environment: before ? { ...before } : { name: '', adminUrl: '', mode: 'traditional' } };
  const title = before ? vscode.l10n.t('Edit Environment {0}', before.name) : vscode.l10n.t('Add Environment');
  const done = await askSteps(title, stepsOf(services), draft);
  if (!done) return undefined;
  const { environment, token, info } = draft;
  return { environment, ...(token === undefined ? {} : { token }), ...(info ? { info } : {}) };
}

const stepsOf = (services: Services): Step<Draft>[] => [
  nameStep(services),
  addressStep(services),
  tokenStep(services),
  modeStep,
  workspacesStep,
  flagsStep,
  groupStep,
  colorStep,
];

/** Characters that no file name may have on some system: the name is also the name of a folder. */
const unfit = /[\\/:*?"<>|]|^\.|[. ]$/;

const nameStep = ({ taken }: Services): Step<Draft> => ({
  ask: (draft, place) =>
    note(
      askText(place, {
        prompt: vscode.l10n.t('What do you call it? For example production or staging.'),
        value: draft.environment.name,
        check(name) {
          if (name === '') return vscode.l10n.t('It needs a name.');
          if (unfit.test(name))
            return vscode.l10n.t('The name is also the name of a folder: no \\ / : * ? " < > | in it.');
          return taken.includes(name) ? vscode.l10n.t('There is an environment of that name already.') : undefined;
        },
      }),
      (name) => Object.assign(draft.environment, { name }),
    ),
});

const addressStep = (services: Services): Step<Draft> => ({
  ask: (draft, place) =>
    note(
      askText(place, {
        prompt: vscode.l10n.t('The address of its Admin API. It is asked who it is before anything is written.'),
        value: draft.environment.adminUrl || 'http://localhost:8001',
        async check(address) {
          const problem = problemOfAddress(address);
          if (problem !== undefined) return problem;
          Object.assign(draft.environment, { adminUrl: address.replace(/\/+$/, '') });
          await probe(services, draft, draft.token);
          return undefined;
        },
      }),
      () => undefined,
    ),
});

function problemOfAddress(address: string): string | undefined {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    return vscode.l10n.t('It must be an address such as http://localhost:8001.');
  }
  const { username, password } = new URL(address);
  return username || password ? vscode.l10n.t('No password in the address: the file must hold no secret.') : undefined;
}

/** Notes what the gateway said, or why it said nothing. */
async function probe({ app, log }: Services, draft: Draft, token: string | undefined): Promise<void> {
  delete draft.info;
  delete draft.error;
  try {
    const context = { signal: new AbortController().signal, log, report() {} };
    draft.info = await app.probe(draft.environment, context, token);
    draft.environment.mode = draft.info.mode;
  } catch (error) {
    draft.error = error;
  }
}

const wantsToken = (error: unknown): boolean =>
  isKongBackupError(error, 'gateway-unauthorized') || isKongBackupError(error, 'gateway-forbidden');

const tokenStep = (services: Services): Step<Draft> => ({
  applies: ({ error, token }) => wantsToken(error) || token !== undefined,
  ask: (draft, place) =>
    note(
      askText(place, {
        prompt: vscode.l10n.t('Its token. It is kept in the editor’s secret storage, never in a file.'),
        value: draft.token ?? '',
        password: true,
        async check(token) {
          if (token === '') return vscode.l10n.t('The gateway wants a token.');
          services.log.hide(token);
          await probe(services, draft, token);
          if (!wantsToken(draft.error)) return undefined;
          return services.log.safe(describeError(draft.error).text);
        },
      }),
      (token) => Object.assign(draft, { token }),
    ),
});

const modeNames: Record<Mode, () => string> = {
  traditional: () => vscode.l10n.t('With a database'),
  hybrid: () => vscode.l10n.t('Control plane with a database and data planes'),
  dbless: () => vscode.l10n.t('Without a database: one declarative file'),
};

/** Only asked when the gateway could not tell. */
const modeStep: Step<Draft> = {
  applies: ({ info }) => info === undefined,
  ask: (draft, place) => {
    const choices: Choice<Mode>[] = modes.map((mode) => ({
      label: mode,
      description: modeNames[mode](),
      choice: mode,
    }));
    const why = describeError(draft.error).headline;
    const prompt = vscode.l10n.t('{0} It can be added all the same. How does it keep its configuration?', why);
    return note(askOne(place, prompt, choices, draft.environment.mode), (mode) =>
      Object.assign(draft.environment, { mode }),
    );
  },
};

const workspacesStep: Step<Draft> = {
  applies: ({ info }) => (info?.workspaces.length ?? 0) > 1,
  ask: (draft, place) => {
    const all = inOrder(draft.info?.workspaces ?? []);
    const choices = all.map((name) => ({ label: name, choice: name }));
    const prompt = vscode.l10n.t('Which workspaces to back up? All of them means future ones too.');
    return note(askMany(place, prompt, choices, draft.environment.workspaces ?? all), (chosen) => {
      if (chosen.length === 0 || chosen.length === all.length) delete draft.environment.workspaces;
      else draft.environment.workspaces = chosen;
    });
  },
};

const flagWords: Record<Flag, () => { label: string; detail: string }> = {
  protected: () => ({
    label: vscode.l10n.t('Protected'),
    detail: vscode.l10n.t('Its name must be typed before a restore.'),
  }),
  readOnly: () => ({ label: vscode.l10n.t('Read-only'), detail: vscode.l10n.t('It is backed up and never written.') }),
  scratch: () => ({ label: vscode.l10n.t('Scratch'), detail: vscode.l10n.t('It may be wiped.') }),
};

const flagsStep: Step<Draft> = {
  ask: (draft, place) => {
    const choices = flags.map((flag) => ({ ...flagWords[flag](), choice: flag }));
    const selected = flags.filter((flag) => draft.environment[flag]);
    return note(askMany(place, vscode.l10n.t('How careful to be? None is fine.'), choices, selected), (chosen) => {
      for (const flag of flags) {
        if (chosen.includes(flag)) draft.environment[flag] = true;
        else delete draft.environment[flag];
      }
    });
  },
};

const groupStep: Step<Draft> = {
  ask: (draft, place) =>
    note(
      askText(place, {
        prompt: vscode.l10n.t('A group to list it in. Leave it empty for none.'),
        value: draft.environment.group ?? '',
      }),
      (group) => {
        if (group === '') delete draft.environment.group;
        else draft.environment.group = group;
      },
    ),
};

const colorNames: Record<EnvironmentColor, () => string> = {
  red: () => vscode.l10n.t('Red'),
  orange: () => vscode.l10n.t('Orange'),
  yellow: () => vscode.l10n.t('Yellow'),
  green: () => vscode.l10n.t('Green'),
  blue: () => vscode.l10n.t('Blue'),
  purple: () => vscode.l10n.t('Purple'),
};

const colorStep: Step<Draft> = {
  ask: (draft, place) => {
    const none: Choice<EnvironmentColor | 'none'> = { label: vscode.l10n.t('No colour'), choice: 'none' };
    const colors: Choice<EnvironmentColor | 'none'>[] = environmentColors.map((color) => ({
      label: colorNames[color](),
      iconPath: new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor(`kongBackup.environment.${color}`)),
      choice: color,
    }));
    const prompt = vscode.l10n.t('A colour, so that nobody takes it for another.');
    return note(askOne(place, prompt, [none, ...colors], draft.environment.color ?? 'none'), (color) => {
      if (color === 'none') delete draft.environment.color;
      else draft.environment.color = color;
    });
  },
};

/** Passes an answer on, and notes it when it is one. */
async function note<T>(
  answered: Promise<T | typeof back | undefined>,
  write: (answer: T) => void,
): Promise<T | typeof back | undefined> {
  const answer = await answered;
  if (answer !== undefined && answer !== back) write(answer);
  return answer;
}
