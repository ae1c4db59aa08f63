import { expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { StoreKeysStore } from '../../../src/vscode/storeKeysStore.js';

it('keeps keys for a bucket at an address, and gives them to no other', async () => {
  const kept = new Map<string, string>();
  const secrets = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
    delete: (key: string) => Promise.resolve(void kept.delete(key)),
  } as unknown as vscode.SecretStorage;
  const hidden: string[] = [];
  const store = new StoreKeysStore(secrets, (secret) => hidden.push(secret));
  const bucket = { bucket: 'b', endpoint: 'https://s3.test/' };
  const keys = { accessKeyId: 'id', secretAccessKey: 'secret' };
  await store.set(bucket, keys);
  expect(await store.get({ bucket: 'b', endpoint: 'https://s3.test' })).toEqual(keys);
  expect(await store.get({ bucket: 'b', endpoint: 'https://evil.test' })).toBeUndefined();
  expect(await store.get({ bucket: 'other', endpoint: 'https://s3.test' })).toBeUndefined();
  expect(await store.get({ bucket: 'b' })).toBeUndefined();
  expect(new Set(hidden)).toEqual(new Set(['secret']));
  await store.delete(bucket);
  expect(await store.get(bucket)).toBeUndefined();
});
