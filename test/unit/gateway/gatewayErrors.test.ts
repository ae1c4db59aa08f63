import { expect, it } from 'vitest';
import { errorOfAnswer, errorOfNoAnswer } from '../../../src/gateway/gatewayErrors.js';

const call = { place: 'POST http://localhost:8001/key-auths', secrets: [] };

it.each(['S3CRET', 'S3C"RET', 'S3",CRET'])(
  'an error of a value that is taken names its field, not the secret: %s',
  (key) => {
    const message = `UNIQUE violation detected on '{key="${key}"}'`;
    const error = errorOfAnswer({ status: 409, body: { code: 5, message, fields: { key } } }, call);
    expect(error.code).toBe('gateway-conflict');
    expect(error.message).toContain('{key="•••');
    expect(error.message).not.toMatch(/S3C|CRET/);
  },
);

it('an error of a name that is taken shows it', () => {
  const message = `UNIQUE violation detected on '{name="shop"}'`;
  const error = errorOfAnswer({ status: 409, body: { code: 5, message, fields: { name: 'shop' } } }, call);
  expect(error.reason).toContain('{name="shop"}');
});

it('an error of a secret that does not fit keeps what is said about it', () => {
  const fields = { password: 'required field missing' };
  const message = 'schema violation (password: required field missing)';
  const error = errorOfAnswer({ status: 400, body: { code: 2, message, fields } }, call);
  expect(error.reason).toContain('password: required field missing');
});

it('an https address of a port that speaks HTTP is said to be one', () => {
  const cause = Object.assign(new Error('80DC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:\n'), {
    code: 'ERR_SSL_WRONG_VERSION_NUMBER',
  });
  const error = errorOfNoAnswer(cause, 'https://localhost:8001');
  expect(error.code).toBe('gateway-unreachable');
  expect(error.reason).toBe('The other side does not speak TLS.');
  expect(error.remedy).toContain('http://');
});
