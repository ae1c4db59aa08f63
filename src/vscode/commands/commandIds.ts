/** Every command of the extension. A test holds package.json equal to this list. */
export const commandIds = [
  'kongBackup.addEnvironment',
  'kongBackup.editEnvironment',
  'kongBackup.removeEnvironment',
  'kongBackup.enterToken',
  'kongBackup.openEnvironmentsFile',
  'kongBackup.backUp',
  'kongBackup.validateFile',
  'kongBackup.compareWithEnvironment',
  'kongBackup.compareSnapshots',
  'kongBackup.restore',
  'kongBackup.applyPlan',
  'kongBackup.showPlanChanges',
  'kongBackup.openPart',
  'kongBackup.deleteSnapshot',
  'kongBackup.reveal',
  'kongBackup.copyPath',
  'kongBackup.startPracticeGateway',
  'kongBackup.stopPracticeGateway',
  'kongBackup.restartLanguageServer',
  'kongBackup.refresh',
  'kongBackup.retry',
  'kongBackup.showLog',
] as const;

export type CommandId = (typeof commandIds)[number];
