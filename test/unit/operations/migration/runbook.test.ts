import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../../src/core/context.js';
import type { Environment } from '../../../../src/core/environment.js';
import { KongBackupError } from '../../../../src/core/errors.js';
import { type MigrationStep, migrationSteps, type StepOutcome, underWay } from '../../../../src/core/migration.js';
import { migrationReport } from '../../../../src/core/migrationReport.js';
import { MigrationLog } from '../../../../src/operations/migration/migrationLog.js';
import { createRunbook, type StepWork } from '../../../../src/operations/migration/runbook.js';
import { createLineFolder } from '../../../../src/stores/lineFolder.js';
import { temporaryFolder } from '../../../helpers/temporaryFolder.js';

const environment = (name: string, more: Partial<Environment> = {}): Environment => ({
  id: `id-${name}`,
  name,
  adminUrl: 'http://127.0.0.1:9',
  mode: 'traditional',
  ...more,
});
const fine: StepOutcome = { result: 'done', summary: 'Fine.', figures: { entities: 3 }, findings: [] };

/** A runbook whose steps do what they are told. */
async function book(told: Partial<Record<MigrationStep, () => StepOutcome>> = {}) {
  const folder = await temporaryFolder();
  const environments = [environment('blue'), environment('green'), environment('locked', { readOnly: true })];
  const find = (name: string): Promise<Environment> =>
    Promise.resolve(environments.find((each) => each.name === name) as Environment);
  const work = migrationSteps
    .filter((step) => !step.startsWith('go-no-go'))
    .map((step): StepWork => ({ step, run: () => Promise.resolve((told[step] ?? (() => fine))()) }));
  const runbook = createRunbook({
    log: new MigrationLog(createLineFolder(folder)),
    work,
    environment: find,
    environmentById: (_id, name) => find(name),
    now: () => new Date(),
  });
  const { id } = await runbook.start('blue', 'green');
  return { runbook, id, journal: path.join(folder, id, 'journal.jsonl') };
}

const context = quietContext();

describe('a migration', () => {
  it('is walked in the order of the steps, and read again by somebody else', async () => {
    const { runbook, id } = await book();
    await expect(runbook.run(id, 'blue-backup', {}, context)).rejects.toMatchObject({
      code: 'migration-step-stopped',
      reason: expect.stringContaining('platform-check') as string,
    });
    for (const step of migrationSteps) {
      if (step.startsWith('go-no-go')) await runbook.decide(id, step, 'go', 'All is well.');
      else await runbook.run(id, step, {}, context);
    }
    const read = await runbook.read(id);
    expect(read.next).toBeUndefined();
    expect(read.steps.map(({ status }) => status)).toEqual(migrationSteps.map(() => 'done'));
    expect(read.steps[0]?.runs[0]?.outcome).toEqual(fine);
  });

  it('stops for what a step found, until somebody says why to go on', async () => {
    const findings = [{ severity: 'stop' as const, message: 'Versions differ.' }];
    const { runbook, id } = await book({ 'platform-check': () => ({ ...fine, result: 'attention', findings }) });
    await runbook.run(id, 'platform-check', {}, context);
    expect((await runbook.read(id)).steps[0]?.status).toBe('stopped');
    await expect(runbook.run(id, 'change-embargo', {}, context)).rejects.toMatchObject({
      code: 'migration-step-stopped',
    });
    await expect(runbook.override(id, 'platform-check', ' ')).rejects.toMatchObject({ code: 'migration-step-stopped' });
    await runbook.override(id, 'platform-check', 'The upgrade is for next week.');
    expect((await runbook.run(id, 'change-embargo', {}, context)).next).toBe('blue-backup');
  });

  it('is closed with a reason, and then walked by nobody', async () => {
    const { runbook, id } = await book();
    await runbook.run(id, 'platform-check', {}, context);
    await expect(runbook.close(id, ' ')).rejects.toMatchObject({ code: 'migration-step-stopped' });
    expect(await runbook.close(id, 'Blue is kept | for a year.')).toMatchObject({ next: undefined });
    const read = await runbook.read(id);
    expect(read.closed).toMatchObject({ reason: 'Blue is kept | for a year.' });
    expect(underWay([read], 'green')).toBeUndefined();
    expect(migrationReport(read)).toContain('by ' + read.createdBy + ': Blue is kept \\| for a year.');
    const refused = { code: 'migration-step-stopped', reason: expect.stringContaining('It was closed') as string };
    await expect(runbook.run(id, 'change-embargo', {}, context)).rejects.toMatchObject(refused);
    await expect(runbook.override(id, 'change-embargo', 'On.')).rejects.toMatchObject(refused);
    await expect(runbook.close(id, 'Again.')).rejects.toMatchObject(refused);
    expect((await runbook.note(id, 'change-embargo', 'For the file.')).steps[1]?.notes).toHaveLength(1);
  });

  it('keeps a step that failed open, with why, and lets it run again', async () => {
    let tries = 0;
    const fail = (): StepOutcome => {
      if (++tries > 1) return fine;
      throw new KongBackupError('gateway-unreachable', {
        place: 'green',
        reason: 'Nothing answers.',
        remedy: 'Start it.',
      });
    };
    const { runbook, id } = await book({ 'platform-check': fail });
    const first = await runbook.run(id, 'platform-check', {}, context);
    expect(first.steps[0]).toMatchObject({ status: 'failed', runs: [{ outcome: { summary: 'Nothing answers.' } }] });
    const second = await runbook.run(id, 'platform-check', {}, context);
    expect(second.steps[0]).toMatchObject({ status: 'done', runs: [{}, { outcome: fine }] });
  });

  it('is not begun with one environment, nor into one that is never written', async () => {
    const { runbook } = await book();
    await expect(runbook.start('blue', 'blue')).rejects.toMatchObject({ code: 'environment-invalid' });
    await expect(runbook.start('blue', 'locked')).rejects.toMatchObject({ code: 'environment-invalid' });
  });

  it('whose no-go was decided waits', async () => {
    const { runbook, id } = await book();
    for (const step of migrationSteps.slice(0, 4)) await runbook.run(id, step, {}, context);
    await runbook.decide(id, 'go-no-go-execution', 'no-go', 'Too many changes.');
    await expect(runbook.run(id, 'configuration-dump', {}, context)).rejects.toMatchObject({
      code: 'migration-step-stopped',
    });
    await runbook.decide(id, 'go-no-go-execution', 'go', 'They are over.');
    expect((await runbook.read(id)).next).toBe('configuration-dump');
  });
});

describe('the record of a migration', () => {
  const edits: [string, (text: string) => string][] = [
    ['a line that was changed', (text) => text.replace('Fine.', 'Mine.')],
    ['a line that was taken out', (text) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['a line that is none of ours', (text) => `${text}hello\n`],
    ['a first line that is missing', (text) => text.split('\n').slice(1).join('\n')],
  ];
  it.each(edits)('with %s is refused', async (_name, edit) => {
    const { runbook, id, journal } = await book();
    await runbook.run(id, 'platform-check', {}, context);
    await writeFile(journal, edit(await readFile(journal, 'utf8')));
    await expect(runbook.read(id)).rejects.toMatchObject({ code: 'migration-unreadable' });
    await expect(runbook.run(id, 'change-embargo', {}, context)).rejects.toMatchObject({
      code: 'migration-unreadable',
    });
  });

  it('whose last line was cut off by a kill goes on', async () => {
    const { runbook, id, journal } = await book();
    await runbook.run(id, 'platform-check', {}, context);
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.slice(0, -20));
    expect((await runbook.read(id)).steps[0]?.status).toBe('running');
    await runbook.run(id, 'platform-check', { again: true }, context);
    expect((await runbook.read(id)).steps[0]).toMatchObject({ status: 'done' });
  });

  it('of a newer format is refused', async () => {
    const { runbook, id, journal } = await book();
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.replace('"formatVersion":1', '"formatVersion":2'));
    await expect(runbook.read(id)).rejects.toMatchObject({ code: 'migration-unreadable' });
  });
});
