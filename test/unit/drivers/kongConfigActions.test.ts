import { expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { cancelled, KongBackupError } from '../../../src/core/errors.js';
import { type KongAction, runActions } from '../../../src/drivers/kongConfigActions.js';

const yes = (): Promise<boolean> => Promise.resolve(true);
const failed = new KongBackupError('store-full', { place: 'kong.yml', reason: 'The disk is full.', remedy: '' });

/** Three steps of which the last fails; taking the second one back fails too. */
function run(error: Error) {
  const undone: string[] = [];
  const said: string[] = [];
  const action = (id: string, undo: () => Promise<void>): KongAction => ({
    step: { id, title: id, undo: `Put back what ${id} kept.` },
    run: () => Promise.resolve(),
    undo: () => (undone.push(id), undo()),
  });
  const actions: KongAction[] = [
    action('aside', () => Promise.resolve()),
    action('write', () => Promise.reject(failed)),
    { step: { id: 'restart', title: 'restart' }, run: () => Promise.reject(error) },
  ];
  const log = { debug() {}, info() {}, warn() {}, error: (message: string) => void said.push(message) };
  return { undone, said, result: runActions(actions, { confirm: yes }, { ...quietContext(), log }) };
}

it('takes nothing back before what could not be taken back: that is needed to do it by hand', async () => {
  const { undone, result } = run(failed);
  expect((await result).failed?.remedy).toContain('Put back what write kept.');
  expect(undone).toEqual(['write']);
});

it('says in the log what could not be taken back after a cancel', async () => {
  const { said, result } = run(cancelled('restart'));
  await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  expect(said.join()).toContain('Put back what write kept.');
});
