import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../../../src/stores/encoding/keys.js';
import { createStoreKeys } from '../../../../src/stores/encoding/storeKeys.js';
import { memoryStorage } from '../../../helpers/memoryStorage.js';
import { temporaryFolder } from '../../../helpers/temporaryFolder.js';
import { never } from './encodingRig.js';

const place = 'kong-environments.yaml';

async function keyFile(): Promise<{ identityFile: string; recipient: string }> {
  const identityFile = path.join(await temporaryFolder(), 'key.txt');
  const { text, recipient } = await generateKey(new Date());
  await writeFile(identityFile, text);
  return { identityFile, recipient };
}

describe('the keys of a store', () => {
  it('are those of the file; to write, recipients are enough', async () => {
    const { identityFile, recipient } = await keyFile();
    const whole = createStoreKeys(memoryStorage(), { identityFile }, place);
    expect(await whole.sealing(never)).toEqual({ recipients: [recipient] });
    expect((await whole.identities(never)).map((key) => key.recipient)).toEqual([recipient]);
    const writing = createStoreKeys(memoryStorage(), { recipients: [recipient], identityFile: '/no/such/key' }, place);
    expect(await writing.sealing(never)).toEqual({ recipients: [recipient] });
    await expect(writing.identities(never)).rejects.toMatchObject({ code: 'key-missing' });
  });

  it('are missing where nothing names one, or the store has none for a passphrase', async () => {
    const none = createStoreKeys(memoryStorage(), {}, place);
    await expect(none.sealing(never)).rejects.toMatchObject({ code: 'environment-invalid', place });
    expect(await none.identities(never)).toEqual([]);
    const storage = memoryStorage();
    const reading = createStoreKeys(storage, { passphrase: 'open' }, place);
    await expect(reading.identities(never)).rejects.toMatchObject({ code: 'key-missing' });
    expect([...storage.objects]).toEqual([]);
  });

  it('of a passphrase are made once, kept in the store, and opened by no other', { timeout: 120_000 }, async () => {
    const storage = memoryStorage();
    const first = createStoreKeys(storage, { passphrase: 'open sesame' }, place);
    const sealing = await first.sealing(never);
    const keys = [...storage.objects.keys()];
    expect(keys.sort()).toEqual([
      expect.stringMatching(/^keys\/[0-9a-f]{16}\.age$/),
      expect.stringMatching(/^keys\/[0-9a-f]{16}\.pub$/),
    ]);
    const second = createStoreKeys(storage, { passphrase: 'open sesame' }, place);
    expect(await second.sealing(never)).toEqual(sealing);
    const wrong = createStoreKeys(storage, { passphrase: 'open barley' }, place);
    await expect(wrong.sealing(never)).rejects.toMatchObject({ code: 'key-wrong' });
    expect([...storage.objects.keys()].sort()).toEqual(keys);
  });
});
