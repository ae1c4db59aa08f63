import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../../src/drivers/filesSecrets.js';

describe('maskSecrets', () => {
  it('masks passwords and keys, and nothing else', () => {
    const text =
      'pg_host = a\npg_password = b # c\nadmin_token: d\n#pg_password =\n-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n';
    expect(maskSecrets(text)).toBe(
      'pg_host = a\npg_password = ********\nadmin_token: ********\n#pg_password =\n-----BEGIN RSA PRIVATE KEY-----\n********\n-----END RSA PRIVATE KEY-----\n',
    );
  });
});
