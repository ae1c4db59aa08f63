import { afterEach, expect, test, vi } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver';
import { createLanguageService } from '../../../src/language/service.js';
import { LiveText } from '../../../src/language/incremental/liveText.js';
import { LongAnswers } from '../../../src/languageServer/longAnswers.js';
import { facts39 } from '../language/facts.js';

afterEach(() => void vi.restoreAllMocks());

const idle = { idle: () => Promise.resolve() };
const wanted = (): CancellationTokenSource['token'] => new CancellationTokenSource().token;

test('long answers are worked out one after the other, short ones wait for none', async () => {
  const answers = new LongAnswers(idle);
  const order: string[] = [];
  let goOn = (): void => undefined;
  const gone = new Promise<void>((done) => (goOn = done));
  const work = async (): Promise<void> => {
    order.push('first starts');
    await gone;
    order.push('first ends');
  };
  const first = answers.answer(work, wanted());
  await vi.waitUntil(() => order.length > 0);
  const second = answers.answer(() => Promise.resolve(order.push('second')), wanted());
  await answers.answerShort(() => Promise.resolve(order.push('short')), wanted());
  goOn();
  await Promise.all([first, second]);
  expect(order).toEqual(['first starts', 'short', 'first ends', 'second']);
});

test('one that is taken back ends between two steps, and the next has its turn', async () => {
  const answers = new LongAnswers(idle);
  const source = new CancellationTokenSource();
  const taken = answers.answer(async (pace) => {
    source.cancel();
    await pace();
  }, source.token);
  const next = answers.answer(() => Promise.resolve('next'), wanted());
  await expect(taken).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  await expect(next).resolves.toBe('next');
});

test('an error of one is none of the next', async () => {
  const answers = new LongAnswers(idle);
  const failed = answers.answer(() => Promise.reject(new Error('broken')), wanted());
  const next = answers.answer(() => Promise.resolve('next'), wanted());
  await expect(failed).rejects.toThrow('broken');
  await expect(next).resolves.toBe('next');
});

test('a text that changes between two steps has no answer from before', async () => {
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (clock += 1000));
  const service = createLanguageService({
    schemas: { versions: [facts39.version], facts: () => Promise.resolve(facts39) },
    gateway: () => ({ version: facts39.version, source: 'assumed' }),
  });
  const text = new LiveText('file:///kong.yaml', 'yaml', 1, `services:\n${'- name: a\n  host: h\n'.repeat(100)}`);
  let steps = 0;
  const answers = new LongAnswers({
    idle: () => {
      const start = { line: 1, character: 8 };
      if (++steps === 3) text.change([{ range: { start, end: start }, text: 'b' }], 2);
      return Promise.resolve();
    },
  });
  const symbols = () => answers.answer((pace) => service.documentSymbols(text, pace), wanted());
  await expect(symbols()).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
  expect(steps).toBe(3);
  const [services] = await symbols();
  expect(services?.children?.map(({ name }) => name).slice(0, 2)).toEqual(['ba', 'a']);
  expect(services?.children).toHaveLength(100);
});
