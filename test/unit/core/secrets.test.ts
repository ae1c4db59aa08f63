import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type OperationContext, quietContext } from '../../../src/core/context.js';
import { KongBackupError } from '../../../src/core/errors.js';
import { redact } from '../../../src/core/redact.js';
import { redactedContext, redactedError } from '../../../src/core/redactedContext.js';
import { isSecretField, shownEntity, shownValue, withoutSecretValues } from '../../../src/core/secretFields.js';
import type { FieldFacts } from '../../../src/schema/facts.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { isSecretByReference, parseReferences } from '../../../src/core/secretReference.js';

const facts = await schemaFolder(fileURLToPath(new URL('../../../schemas', import.meta.url))).facts('3.9');

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

  it.each([
    ['partials', 'config.sentinel_password'],
    ['plugins', 'config.headers.Authorization'],
    ['plugins', 'config.headers.X-Api-Key'],
    ['plugins', 'config.storage_config.redis.auth'],
    ['plugins', 'config.client_jwk[0].d'],
    ['vaults', 'config.API_KEY'],
    ['rbac_users', 'user_token'],
    ['my_custom_credentials', 'secret'],
    ['my_custom_credentials', 'key'],
  ])('knows %s %s for a secret', (kind, path) => {
    expect(isSecretField(kind, path)).toBe(true);
    expect(shownValue(kind, path, 'S3CRET')).toBe('•••');
  });

  it.each([
    ['jwt_secrets', 'key'],
    ['services', 'id'],
    ['consumers', 'username'],
    ['plugins', 'config.credentials'],
    ['plugins', 'config.secret_is_base64'],
    ['plugins', 'config.token_endpoint'],
  ])('shows %s %s', (kind, path) => {
    expect(isSecretField(kind, path)).toBe(false);
    expect(shownValue(kind, path, 'open')).toBe('open');
  });

  it('goes by the schema where that is known, but never hides a name', () => {
    expect(isSecretField('plugins', 'config.odd')).toBe(false);
    expect(isSecretField('plugins', 'config.odd[0]', { encrypted: true })).toBe(true);
    expect(isSecretField('plugins', 'config.client_id', { encrypted: true })).toBe(false);
    expect(shownValue('plugins', 'config.odd', 'S3CRET', { encrypted: true })).toBe('•••');
  });

  it('hides what headers carry, and who logs in by an address', () => {
    const log = {
      name: 'http-log',
      config: { headers: { 'X-Org': 'S3CRET' }, http_endpoint: 'https://u:S3CRET@log/x?api_key=S3CRET' },
    };
    const add = { headers: ['X-Login:S3CRET', 'X-Vault:{vault://env/x}', 'S3CRET'], json_types: ['string'] };
    const transform = { name: 'request-transformer', config: { add, rename: { headers: ['a:b'] } } };
    for (const plugin of [log, transform])
      expect(JSON.stringify(shownEntity('plugins', plugin))).not.toContain('S3CRET');
    expect(shownValue('plugins', 'config.headers', log.config.headers)).toEqual({ 'X-Org': '•••' });
    expect(shownEntity('plugins', transform).config).toEqual({
      add: { headers: ['X-Login:•••', 'X-Vault:{vault://env/x}', '•••'], json_types: ['string'] },
      rename: { headers: ['a:b'] },
    });
    expect(shownEntity('services', { url: 'http://u:p@h/x' })).toEqual({ url: 'http://•••@h/x' });
  });

  it('hides every field that Kong encrypts, but for those that name something', () => {
    const open = /(^|[._])(client_?id|kid|user|username|account_email|arn|certificate|http_endpoint)$/;
    const missed: string[] = [];
    for (const [name, { fields }] of Object.entries(facts.plugins)) {
      for (const path of encrypted(fields['config']?.fields ?? {}, 'config')) {
        if (!isSecretField('plugins', path) && !open.test(path)) missed.push(`${name} ${path}`);
      }
    }
    for (const [kind, { fields }] of Object.entries(facts.entities)) {
      for (const path of encrypted(fields, '')) if (!isSecretField(kind, path)) missed.push(`${kind} ${path}`);
    }
    expect(missed).toEqual([]);
  });

  it('leaves the values of secret fields out of what a gateway says', () => {
    const said = (key: string, name: string) => `UNIQUE violation detected on '{${key}="S3C"RET",${name}="open"}'`;
    expect(withoutSecretValues(said('key', 'name'))).toBe(`UNIQUE violation detected on '{key="•••",name="open"}'`);
    const quoted = JSON.stringify(said('user_token', 'username'));
    expect(withoutSecretValues(quoted)).toBe(
      String.raw`"UNIQUE violation detected on '{user_token=\"•••\",username=\"open\"}'"`,
    );
  });
});

/** Paths of the fields that Kong encrypts. */
function encrypted(fields: Record<string, FieldFacts>, above: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = above === '' ? name : `${above}.${name}`;
    const inner = { ...field.fields, ...field.elements?.fields };
    const own = field.encrypted === true || field.elements?.encrypted === true;
    return [...(own ? [path] : []), ...encrypted(inner, path)];
  });
}

describe('a text', () => {
  it.each([
    ['it said token=abc, then left', 'it said token=•••, then left'],
    ['--password="hunter2" --x', '--password="•••" --x'],
    ['{"api_key": "abc", "n": 1}', '{"api_key": "•••", "n": 1}'],
    ['Bearer eyJhbGciOi1', 'Bearer •••'],
    ['a bearer token is missing', 'a bearer token is missing'],
    ['token=${env:T} password={vault://env/p}', 'token=${env:T} password={vault://env/p}'],
    ['The password is wrong.', 'The password is wrong.'],
  ])('is shown without what looks like a secret: %s', (text, safe) => {
    expect(redact(text)).toBe(safe);
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
