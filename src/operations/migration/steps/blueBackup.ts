import type { OperationContext } from '../../../core/context.js';
import type { Command } from '../../../core/environmentSections.js';
import { KongBackupError } from '../../../core/errors.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { StepCall, StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';
import { lastWords, textInput } from './words.js';

/**
 * Blue by both methods, database and declarative, checked as deep as can be. Nobody reads a Cassandra database for its operator:
 * there the command that the environments file names is run and recorded, with where the copy was put. A command that is named is
 * run whatever the database is.
 */
export const blueBackup = (tools: MigrationTools): StepWork => ({
  step: 'blue-backup',
  async run(call, context): Promise<StepOutcome> {
    const { blue, migration } = call;
    const { database } = await tools.probe(blue, context);
    const copied =
      database === 'cassandra' || backupCommand(call) ? await operatorsCopy(tools, call, context) : undefined;
    const taken = await tools.backup(blue, { label: 'blue backup', note: `Migration ${migration.id}` }, context);
    const problems = await tools.verifyDeep(taken.id, context);
    const parts = [...new Set(taken.parts.map(({ kind }) => kind))];
    const findings: StepFinding[] = [
      ...problems.map((message) => ({ severity: 'stop' as const, message, remedy: 'Take the backup again.' })),
      ...(taken.failures ?? []).map(({ part, workspace, reason, remedy }) => ({
        severity: 'stop' as const,
        message: `${workspace ?? part} could not be backed up: ${reason}`,
        remedy,
      })),
      ...(copied || parts.includes('database') ? [] : [noDatabase(database)]),
    ];
    return {
      result: findings.length > 0 ? 'attention' : 'done',
      summary: `Blue is backed up: ${parts.join(', ')}${copied ? ', and its database by your own command' : ''}.`,
      figures: { snapshot: taken.id, parts: parts.join(', '), ...copied?.figures },
      findings,
      data: { snapshot: taken.id },
    };
  },
});

/** The operator's own command that copies blue's database. */
export const backupCommand = ({ blue, green }: Pick<StepCall, 'blue' | 'green'>): Command | undefined =>
  green.migration?.blueBackup ?? blue.migration?.blueBackup;

async function operatorsCopy(tools: MigrationTools, call: StepCall, context: OperationContext) {
  const { blue, input } = call;
  const command = backupCommand(call);
  const copy = textInput(input, 'copy');
  if (!command || copy === undefined) {
    throw new KongBackupError('environment-invalid', {
      place: blue.name,
      reason: command
        ? 'Nobody said where the copy of the database is put.'
        : 'Blue keeps its configuration in Cassandra, which only its operator can copy.',
      remedy:
        'Write the command that copies it under migration.blueBackup in the environments file, and say with "copy" where the copy is put.',
    });
  }
  const { exitCode, stdout, stderr } = await tools.run(command, {}, context);
  if (exitCode !== 0) {
    throw new KongBackupError('tool-failed', {
      place: command[0],
      reason: `It ended with ${exitCode}. ${lastWords(stderr || stdout)}`.trim(),
      remedy: 'Run it by hand to see why; the migration goes on once it works.',
    });
  }
  return { figures: { 'copy of the database': copy, 'made by': command[0] } };
}

const noDatabase = (database: string): StepFinding => ({
  severity: 'attention',
  message: `Of blue's database (${database}) itself there is no dump: only the declarative part is backed up.`,
  remedy: 'Describe it under `database` in the environments file, and run this step again.',
});
