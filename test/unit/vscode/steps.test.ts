import { expect, test } from 'vitest';
import type { Answer, Place } from '../../../src/vscode/input/answer.js';
import { back } from '../../../src/vscode/input/answer.js';
import type { Step } from '../../../src/vscode/input/steps.js';
import { askSteps } from '../../../src/vscode/input/steps.js';

interface Draft {
  asked: string[];
  places: Place[];
  skipped?: boolean;
}

const draft = (): Draft => ({ asked: [], places: [] });

/** A step that gives its answers in turn. */
function step(name: string, ...answers: Answer<string>[]): Step<Draft> {
  return {
    ask(noted, place) {
      noted.asked.push(name);
      noted.places.push(place);
      return Promise.resolve(answers.shift());
    },
  };
}

test('asks one question after the other and says how many there are', async () => {
  const noted = draft();
  expect(await askSteps('Title', [step('a', 'x'), step('b', 'y')], noted)).toBe(true);
  expect(noted.asked).toEqual(['a', 'b']);
  expect(noted.places).toEqual([
    { title: 'Title', step: 1, totalSteps: 2, canGoBack: false },
    { title: 'Title', step: 2, totalSteps: 2, canGoBack: true },
  ]);
});

test('goes back to the question before', async () => {
  const noted = draft();
  expect(await askSteps('', [step('a', 'x', 'x'), step('b', back, 'y')], noted)).toBe(true);
  expect(noted.asked).toEqual(['a', 'b', 'a', 'b']);
});

test('leaves out a question that does not apply, forwards and back', async () => {
  const noted = draft();
  const never: Step<Draft> = { ...step('never', 'z'), applies: ({ skipped }) => skipped === false };
  expect(await askSteps('', [step('a', 'x', 'x'), never, step('b', back, 'y')], noted)).toBe(true);
  expect(noted.asked).toEqual(['a', 'b', 'a', 'b']);
  expect(noted.places.map(({ totalSteps }) => totalSteps)).not.toContain(3);
});

test('an empty answer goes on', async () => {
  const noted = draft();
  expect(await askSteps('', [step('a', ''), step('b', 'y')], noted)).toBe(true);
});

test('stops when the person gives up', async () => {
  const noted = draft();
  expect(await askSteps('', [step('a', 'x'), step('b', undefined), step('c', 'z')], noted)).toBe(false);
  expect(noted.asked).toEqual(['a', 'b']);
});
