import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkRecipients,
  fingerprintOf,
  generateKey,
  parseIdentities,
  readIdentityFile,
} from '../../../../src/stores/encoding/keys.js';
import { temporaryFolder } from '../../../helpers/temporaryFolder.js';

const now = new Date('2026-11-21T06:35:17.123Z');

describe('a key file', () => {
  it('is read back as it was generated, comments and blank lines aside', async () => {
    const [first, second] = [await generateKey(now), await generateKey(now)];
    const file = path.join(await temporaryFolder(), 'key.txt');
    await writeFile(file, `${first.text}\r\n\n  # another\n  ${second.secret}  \r\n`);
    const found = await readIdentityFile(file);
    expect(found.map(({ recipient }) => recipient)).toEqual([first.recipient, second.recipient]);
    expect(found.map(({ fingerprint }) => fingerprint)).toEqual(
      [first, second].map((key) => fingerprintOf(key.recipient)),
    );
    expect(first.text).toMatch(
      /^# created: 2026-11-21T06:35:17.123Z\n# public key: age1\w{58}\nAGE-SECRET-KEY-1\w{58}\n$/,
    );
  });

  it('that is missing is a missing key; one that cannot be read is not', async () => {
    const folder = await temporaryFolder();
    await expect(readIdentityFile(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'key-missing' });
    await mkdir(path.join(folder, 'folder'));
    await expect(readIdentityFile(path.join(folder, 'folder'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it.each([
    ['nothing but comments', '# public key: age1…\n', 'key.txt'],
    ['another line', 'AGE-SECRET-KEY-1NOTONE\n', 'key.txt:1'],
    ['a key with a typing mistake', `\nAGE-SECRET-KEY-1${'Q'.repeat(58)}\n`, 'key.txt:2'],
    ['a key for a plugin', 'AGE-PLUGIN-YUBIKEY-1ABC\n', 'key.txt:1'],
    ['an encrypted file', 'age-encryption.org/v1\n-> scrypt a b\n', 'key.txt'],
  ])('with %s is refused without repeating it', async (_, text, place) => {
    const error = await parseIdentities(text, 'key.txt').catch((failure: unknown) => failure as Error);
    expect(error).toMatchObject({ code: 'file-invalid', place });
    expect(String(error)).not.toMatch(/NOTONE|QQQ|YUBIKEY/);
  });
});

describe('recipients', () => {
  it('are taken when all of them are', async () => {
    const { recipient } = await generateKey(now);
    expect(() => {
      checkRecipients([recipient, recipient], 'here');
    }).not.toThrow();
  });

  it('are refused when one is none, and a secret among them is not repeated', async () => {
    const { recipient, secret } = await generateKey(now);
    const mistyped = recipient.slice(0, -1) + (recipient.endsWith('q') ? 'p' : 'q');
    for (const wrong of [[], ['ssh-ed25519 AAAA'], [recipient, mistyped], [recipient.toUpperCase()], [secret]]) {
      const check = () => {
        checkRecipients(wrong, 'here');
      };
      expect(check).toThrowError(expect.objectContaining({ code: 'environment-invalid', place: 'here' }));
      expect(check).not.toThrowError(secret);
    }
  });
});
