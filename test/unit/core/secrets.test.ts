import { describe, expect, it } from 'vitest';
import { type OperationContext, quietContext } from '../../../src/core/context.js';
import { KongBackupError } from '../../../src/core/errors.js';
import { redactedContext, redactedError } from '../../../src/core/redactedContext.js';
import { isSecretField, shownEntity, shownValue } from '../../../src/core/secretFields.js';
import { isSecretByReference, parseReferences } from '../../../src/core/secretReference.js';

describe('references to secrets', () => {
  it('are told from the text around them', () => {
    expect(parseReferences('Bearer ${env:TOKEN}')).toEqual(['Bearer ', { env: 'TOKEN' }]);
    expect(parseReferences('${file: a/b c }${env:X}')).toEqual([{ file: 'a/b c' }, { env: 'X' }]);
    expect(parseReferences('plain ${x}')).toEqual(['plain ${x}']);
  });

  it.each([
    ['${env:T}', true],
    ['Bearer ${env:T}', true],
    ['secret', false],
    ['x${env:T}', false],
    ['', false],
    ['${env:}', false],
  ])('%j is one: %j', (text, is) => expect(isSecretByReference(text)).toBe(is));
});

describe('what may be shown of an entity', () => {
  it('leaves out secrets by kind and field, and nothing else', () => {
    const basic = { id: '1', username: 'ada', password: 'pw', consumer: { id: '2' } };
    expect(shownEntity('basicauth_credentials', basic)).toEqual({ ...basic, password: '•••' });
    const plugin = {
      name: 'openid-connect',
      config: { client_secret: ['a', '{vault://env/x}'], token_endpoint: 'https://x', redis: { password: null } },
    };
    expect(shownEntity('plugins', plugin)).toEqual({
      name: 'openid-connect',
      config: { client_secret: ['•••', '{vault://env/x}'], token_endpoint: 'https://x', redis: { password: null } },
    });
    expect(shownEntity('services', { name: 'password', host: 'secret' })).toEqual({ name: 'password', host: 'secret' });
    expect(shownEntity('certificates', { key: '-----BEGIN', cert: 'public' })).toEqual({ key: '•••', cert: 'public' });
  });

  it('masks single fields by their path', () => {
    expect(isSecretField('plugins', 'config.redis.password')).toBe(true);
    expect(isSecretField('plugins', 'config.key_names[0]')).toBe(false);
    expect(isSecretField('plugins', 'config.hide_credentials')).toBe(false);
    expect(shownValue('keyauth_credentials', 'key', 'abc')).toBe('•••');
    expect(shownValue('keyauth_credentials', 'tags', ['abc'])).toEqual(['abc']);
  });
});

describe('a job that knows secrets', () => {
  it('keeps them out of its log', () => {
    const lines: string[] = [];
    const log = { debug: push, info: push, warn: push, error: push };
    function push(line: string): void {
      lines.push(line);
    }
    const context: OperationContext = redactedContext({ ...quietContext(), log }, ['hunter22']);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) context.log[level]('it is hunter22.');
    expect(lines).toEqual(Array.from({ length: 4 }, () => 'it is •••.'));
  });

  it('keeps them out of its errors', () => {
    const error = new KongBackupError('gateway-rejected', {
      place: 'x',
      reason: 'You sent hunter22.',
      remedy: 'None.',
    });
    const safe = redactedError(error, ['hunter22']) as KongBackupError;
    expect([safe.code, safe.reason, safe.message]).toEqual([
      'gateway-rejected',
      'You sent •••.',
      'x: You sent •••. None.',
    ]);
    expect(redactedError(error, ['other'])).toBe(error);
  });
});
