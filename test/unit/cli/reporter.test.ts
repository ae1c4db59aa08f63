import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createReporter } from '../../../src/cli/reporter.js';
import { KongBackupError } from '../../../src/core/errors.js';

function reporterOn(isTTY: boolean, format: 'text' | 'json' = 'text', isVerbose = false) {
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 30 });
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  return { reporter: createReporter(streams, format, isVerbose), written: () => String(stderr.read() ?? '') };
}

const error = new KongBackupError('gateway-rejected', {
  place: 'http://ada:secret@kong:8001',
  reason: 'No.',
  remedy: 'Ask again.',
});

describe('progress', () => {
  it('is one line that changes on a terminal, cut to its width, and goes before other lines', () => {
    const { reporter, written } = reporterOn(true);
    reporter.report({ step: 'read', subject: 'default', done: 1, total: 2 });
    reporter.report({ step: 'read', subject: 'a very long name of a workspace' });
    reporter.log.warn('Careful.');
    expect(written()).toBe(
      '\r\u001b[KReading: default (1/2)\r\u001b[KReading: a very long name of \r\u001b[Kwarning: Careful.\n',
    );
  });

  it('is a line for each step in a log', () => {
    const { reporter, written } = reporterOn(false);
    for (const subject of ['a', 'b']) reporter.report({ step: 'read', subject });
    reporter.report({ step: 'publish' });
    expect(written()).toBe('Reading: a\nPublishing the snapshot\n');
  });

  it('names each gateway that is asked: one that does not answer has no other step', () => {
    const { reporter, written } = reporterOn(false);
    for (const subject of ['gone', 'gone', 'shop']) reporter.report({ step: 'probe', subject });
    reporter.report({ step: 'read', subject: 'default' });
    expect(written()).toBe('Asking the gateway: gone\nAsking the gateway: shop\nReading: default\n');
  });

  it('is a line of JSON for programs', () => {
    const { reporter, written } = reporterOn(true, 'json');
    reporter.report({ step: 'read', done: 1 });
    reporter.log.info('unheard');
    reporter.log.warn('heard');
    expect(written()).toBe('{"progress":{"step":"read","done":1}}\n{"log":{"level":"warn","message":"heard"}}\n');
  });
});

describe('errors', () => {
  it('say code, place, reason and way out, without the password of an address', () => {
    const { reporter, written } = reporterOn(false);
    reporter.error(error);
    expect(written()).toBe('error: gateway-rejected: http://•••@kong:8001\n  No.\n  Ask again.\n');
  });

  it('are data for programs', () => {
    const { reporter, written } = reporterOn(false, 'json');
    reporter.error(error);
    reporter.error(new TypeError('Oops'));
    const [first, second] = written()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(first).toEqual({
      error: { code: 'gateway-rejected', place: 'http://•••@kong:8001', reason: 'No.', remedy: 'Ask again.' },
    });
    expect(second).toMatchObject({ error: { code: 'internal', reason: 'Oops' } });
  });
});
