import { createHash } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { verifyBasicAuth, verifyKeyAuth, verifyOauth2Secret } from '../../../src/practice/logins.js';
import { type PracticeClient, practiceClient } from '../../helpers/practiceClient.js';

let client: PracticeClient;

beforeEach(async () => {
  client = await practiceClient();
  client.ask('PUT', '/consumers/alice', {});
});

it('stores the hash of password and consumer, and logs in with the password only', () => {
  const consumer = String(client.ask('GET', '/consumers/alice').body['id']);
  const { body } = client.ask('POST', '/consumers/alice/basic-auth', { username: 'al', password: 'secret' });
  expect(body['password']).toBe(createHash('sha1').update(`secret${consumer}`).digest('hex'));
  expect(verifyBasicAuth(client.storage, 'al', 'secret', 'default')).toBe(true);
  expect(verifyBasicAuth(client.storage, 'al', String(body['password']), 'default')).toBe(false);
});

it('breaks a login by putting back what was read, as Kong does', () => {
  const { body } = client.ask('POST', '/consumers/alice/basic-auth', { username: 'al', password: 'secret' });
  client.ask('PUT', `/basic-auths/${String(body['id'])}`, body);
  expect(verifyBasicAuth(client.storage, 'al', 'secret', 'default')).toBe(false);
  expect(verifyBasicAuth(client.storage, 'al', String(body['password']), 'default')).toBe(true);
});

it('does not hash again when something else changes', () => {
  client.ask('POST', '/consumers/alice/basic-auth', { username: 'al', password: 'secret' });
  client.ask('PATCH', '/basic-auths/al', { username: 'alice' });
  expect(verifyBasicAuth(client.storage, 'alice', 'secret', 'default')).toBe(true);
});

it('hashes a client secret when it is told to', () => {
  const client_secret = 'shh';
  const redirect_uris = ['https://a.example/'];
  const plain = { name: 'a', client_id: 'plain', client_secret, redirect_uris };
  expect(client.ask('POST', '/consumers/alice/oauth2', plain).body['client_secret']).toBe('shh');
  const hashed = { ...plain, client_id: 'hashed', hash_secret: true };
  expect(client.ask('POST', '/consumers/alice/oauth2', hashed).body['client_secret']).toMatch(/^\$pbkdf2-sha512\$/);
  for (const id of ['plain', 'hashed']) {
    expect(verifyOauth2Secret(client.storage, id, 'shh', 'default')).toBe(true);
    expect(verifyOauth2Secret(client.storage, id, 'other', 'default')).toBe(false);
  }
});

it('makes a key when none is given, and knows whose it is', () => {
  const { body } = client.ask('POST', '/consumers/alice/key-auth', {});
  expect(body['key']).toMatch(/^[0-9A-Za-z]{32}$/);
  expect(verifyKeyAuth(client.storage, String(body['key']), 'default')).toBe('alice');
  expect(verifyKeyAuth(client.storage, 'another', 'default')).toBeUndefined();
});
