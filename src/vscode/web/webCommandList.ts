import { closeComparison, filterChanges, openAllChanges, openChange, revealSecrets } from '../commands/changes.js';
import { chooseFormat } from '../commands/chooseFormat.js';
import { chooseGatewayVersion } from '../commands/chooseGatewayVersion.js';
import type { Command } from '../commands/command.js';
import { commandIds } from '../commands/commandIds.js';
import { restartLanguageServer } from '../commands/restartLanguageServer.js';
import { retry } from '../commands/retry.js';
import { showLog } from '../commands/showLog.js';
import { validateCommand } from '../commands/validateCommand.js';
import { upgradeCommand } from '../commands/upgradeCommand.js';
import { validationRequest } from '../validationRequest.js';
import { compareFiles } from './compareFiles.js';
import { notInABrowser } from './notInABrowser.js';
import { chosenDocument, textFileOf } from './webFiles.js';
import type { WebWorkbench } from './webWorkbench.js';

/** Every command there is: those that need a gateway, a disk or a program say so, for a key may still be bound to them. */
export function webCommandList(workbench: WebWorkbench): Command[] {
  const able = commandsOfBrowser(workbench);
  const known = new Set(able.map(({ id }) => id));
  return [...able, ...commandIds.filter((id) => !known.has(id)).map(notInABrowser)];
}

/** Those that work in a browser. A test holds the enablement of all others in package.json. */
const commandsOfBrowser = (workbench: WebWorkbench): Command[] => [
  validateWithJobs(workbench),
  upgradeWithJobs(workbench),
  chooseGatewayVersion(workbench),
  chooseFormat(),
  compareFiles(workbench),
  openChange(workbench),
  openAllChanges(workbench),
  filterChanges(workbench),
  revealSecrets(workbench),
  closeComparison(workbench),
  restartLanguageServer(workbench),
  retry(),
  showLog(workbench),
];

const validateWithJobs = ({ jobs, diagnostics, statusBar }: WebWorkbench): Command =>
  validateCommand({
    diagnostics,
    statusBar,
    open: chosenDocument,
    judge: (document, context) => jobs.validate(textFileOf(document), validationRequest(), context),
  });

const upgradeWithJobs = ({ app, jobs, documents }: WebWorkbench): Command =>
  upgradeCommand({
    documents,
    open: chosenDocument,
    versions: async () => (await app.get()).gatewayVersions,
    judge: (document, upgradeTo, context) =>
      jobs.validate(textFileOf(document), { ...validationRequest(), upgradeTo }, context),
  });
