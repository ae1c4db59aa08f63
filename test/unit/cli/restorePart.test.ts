import { expect, it } from 'vitest';
import { wayBack } from '../../../src/cli/restorePart.js';

it('leads back from the last step to the first, by what was done alone', () => {
  const steps = [
    { id: 'aside', title: 'Copy the file aside.', undo: 'Remove the copy.' },
    { id: 'write', title: 'Write the file.', undo: 'Put the copy back.' },
    { id: 'restart', title: 'Restart.' },
    { id: 'more', title: 'Not done.', undo: 'Nothing.' },
  ];
  expect(wayBack(steps, ['aside', 'write', 'restart'])).toEqual(['Put the copy back.', 'Remove the copy.']);
});
