import { expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { cancelled, throwIfCancelled } from '../../../src/core/errors.js';
import { fileActions } from '../../../src/drivers/dblessFileActions.js';
import type { DblessSurvey } from '../../../src/drivers/dblessSurvey.js';
import type { FilePlace } from '../../../src/drivers/kongCommandFiles.js';
import { aroundKong } from '../../helpers/kongStandIn.js';

it('leaves no staged file with secrets where the gateway is, when it is cancelled while it writes', async () => {
  const stop = new AbortController();
  const there = new Set<string>(['/etc/kong.yml']);
  const files: Partial<FilePlace> = {
    copy: (_from, to) => Promise.resolve(there.add(to).size > 0),
    put(_text, place) {
      stop.abort();
      return Promise.reject(cancelled(place));
    },
    // As behind a command prefix: what is cancelled runs no program.
    async remove(place, { signal }) {
      throwIfCancelled(signal, place);
      await Promise.resolve(there.delete(place));
    },
  };
  const survey = {
    way: 'file',
    declarativeFile: '/etc/kong.yml',
    restart: ['kong', 'restart'],
    kong: { files },
    source: { file: { text: 'secret', counts: {} } },
  } as unknown as DblessSurvey;
  const write = fileActions(aroundKong({ keep: '/nowhere' }), survey, 'now').find(({ step }) => step.id === 'write');
  await expect(write?.run(quietContext(stop.signal))).rejects.toMatchObject({ code: 'cancelled' });
  expect([...there]).toEqual(['/etc/kong.yml']);
});
