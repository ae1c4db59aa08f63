import type { Workbench } from '../workbench.js';
import { addEnvironment } from './addEnvironment.js';
import { applyPlan } from './applyPlan.js';
import { exportSnapshot } from './archives.js';
import { backUp } from './backUp.js';
import { backUpBeforeUpgrade } from './backUpBeforeUpgrade.js';
import { chooseParts } from './chooseParts.js';
import type { Command } from './command.js';
import { checkDrift } from './checkDrift.js';
import { chooseFormat } from './chooseFormat.js';
import { chooseGatewayVersion } from './chooseGatewayVersion.js';
import { closeComparison, filterChanges, openAllChanges, openChange, revealSecrets } from './changes.js';
import { compare } from './compare.js';
import { entityHistory } from './entityHistory.js';
import { compareSnapshots } from './compareSnapshots.js';
import { compareWithEnvironment } from './compareWithEnvironment.js';
import { copyPath } from './copyPath.js';
import { copySnapshotTo } from './copySnapshotTo.js';
import { deleteSnapshot } from './deleteSnapshot.js';
import { editEnvironment } from './editEnvironment.js';
import { enterStoreKeys } from './enterStoreKeys.js';
import { enterToken } from './enterToken.js';
import { forgetSnapshot, pinSnapshot, rememberSnapshot, unpinSnapshot } from './keepSnapshot.js';
import { guidedRestore } from './guidedRestore.js';
import { importSnapshot } from './importSnapshot.js';
import { openEnvironmentsFile } from './openEnvironmentsFile.js';
import { openPart } from './openPart.js';
import { pruneSnapshots } from './pruneSnapshots.js';
import { refresh } from './refresh.js';
import { refreshGatewaySchemas } from './refreshGatewaySchemas.js';
import { removeEnvironment } from './removeEnvironment.js';
import { restartLanguageServer } from './restartLanguageServer.js';
import { restore } from './restore.js';
import { restoreDrill } from './restoreDrill.js';
import { restorePart } from './restorePart.js';
import { resumeBackup } from './resumeBackup.js';
import { retry } from './retry.js';
import { reveal } from './reveal.js';
import { rotateKey } from './rotateKey.js';
import { scheduleBackups } from './scheduleBackups.js';
import { setUpEncryption } from './setUpEncryption.js';
import { showCoverage } from './showCoverage.js';
import { showLog } from './showLog.js';
import { showPlanChanges } from './showPlanChanges.js';
import { sortEntities } from './sortEntities.js';
import { startPracticeGateway } from './startPracticeGateway.js';
import { stopPracticeGateway } from './stopPracticeGateway.js';
import { migrationStep } from './migrationStep.js';
import { openMigration, startMigration } from './startMigration.js';
import { lookAtRestore, resumeRestore, undoLastRestore } from './undoLastRestore.js';
import { validateFile } from './validateFile.js';
import { validateWorkspace } from './validateWorkspace.js';
import { validateForUpgrade } from './validateForUpgrade.js';
import { verifySnapshot } from './verifySnapshot.js';
import { validateOnline } from './validateOnline.js';

/** Every command. To add one: a file, its id in commandIds.ts, a line here, its title in package.json. */
export const commandList = (workbench: Workbench): Command[] => [
  addEnvironment(workbench),
  editEnvironment(workbench),
  removeEnvironment(workbench),
  enterToken(workbench),
  openEnvironmentsFile(workbench),
  backUp(workbench),
  backUpBeforeUpgrade(workbench),
  chooseParts(workbench),
  resumeBackup(workbench),
  showCoverage(workbench),
  validateFile(workbench),
  validateWorkspace(workbench),
  validateOnline(workbench),
  refreshGatewaySchemas(workbench),
  validateForUpgrade(workbench),
  chooseGatewayVersion(workbench),
  chooseFormat(),
  sortEntities(),
  compareWithEnvironment(workbench),
  checkDrift(workbench),
  compareSnapshots(workbench),
  compare(workbench),
  openChange(workbench),
  openAllChanges(workbench),
  filterChanges(workbench),
  revealSecrets(workbench),
  closeComparison(workbench),
  entityHistory(workbench),
  restore(workbench),
  undoLastRestore(workbench),
  startMigration(workbench),
  openMigration(workbench),
  migrationStep(workbench),
  resumeRestore(workbench),
  lookAtRestore(workbench),
  restoreDrill(workbench),
  restorePart(workbench),
  guidedRestore(workbench),
  applyPlan(workbench),
  showPlanChanges(workbench),
  openPart(),
  verifySnapshot(workbench),
  pruneSnapshots(workbench),
  pinSnapshot(workbench),
  unpinSnapshot(workbench),
  forgetSnapshot(workbench),
  rememberSnapshot(workbench),
  deleteSnapshot(workbench),
  copySnapshotTo(workbench),
  exportSnapshot(workbench),
  importSnapshot(workbench),
  scheduleBackups(workbench),
  setUpEncryption(workbench),
  rotateKey(workbench),
  enterStoreKeys(workbench),
  reveal(workbench),
  copyPath(workbench),
  startPracticeGateway(workbench),
  stopPracticeGateway(workbench),
  restartLanguageServer(workbench),
  refresh(workbench),
  retry(),
  showLog(workbench),
];
