import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/core/environment.js';
import { deckSettings, offlineSettings } from '../../../src/drivers/deckSettings.js';

const target = (more: Partial<Target> = {}): Target => ({
  environment: { id: '1', name: 'e', adminUrl: 'http://127.0.0.1:8001', mode: 'traditional' },
  headers: {},
  ...more,
});

describe('deckSettings', () => {
  it('names the gateway by environment variable and turns reports home off', () => {
    const { env, config } = deckSettings(target(), 10_000);
    expect(env).toMatchObject({ DECK_KONG_ADDR: 'http://127.0.0.1:8001', DECK_ANALYTICS: 'off', DECK_TIMEOUT: '10' });
    expect(config).toEqual({});
  });

  it('takes away what a shell may have set', () => {
    const { env } = deckSettings(target(), 1);
    for (const name of ['DECK_KONNECT_TOKEN', 'DECK_HEADERS', 'DECK_TLS_SKIP_VERIFY', 'DECK_CONFIG']) {
      expect(env).toHaveProperty(name, undefined);
    }
  });

  it('leaves other DECK_ variables: they may fill in templates', () => {
    expect(deckSettings(target(), 1).env).not.toHaveProperty('DECK_MY_PASSWORD');
  });

  it('passes headers by variable, colons and commas included', () => {
    const { env, config, secrets } = deckSettings(target({ headers: { 'Kong-Admin-Token': 'a,b:c', X: '1' } }), 1);
    expect(env.DECK_HEADERS).toBe('Kong-Admin-Token:a,b:c X:1');
    expect(config).toEqual({});
    expect(secrets).toEqual(['a,b:c', '1']);
  });

  it('passes headers with blanks by the config file: decK splits the variable there', () => {
    const { env, config } = deckSettings(target({ headers: { Authorization: 'Bearer x', A: 'b' } }), 1);
    expect(env.DECK_HEADERS).toBeUndefined();
    expect(config).toEqual({ headers: ['Authorization:Bearer x', 'A:b'] });
  });

  it('passes TLS options by variable and treats the key as a secret', () => {
    const tls = { ca: 'CA', cert: 'CERT', key: 'KEY-PEM', serverName: 'kong', skipVerify: true };
    const { env, secrets } = deckSettings(target({ tls }), 1);
    expect(env).toMatchObject({
      DECK_CA_CERT: 'CA',
      DECK_TLS_CLIENT_CERT: 'CERT',
      DECK_TLS_CLIENT_KEY: 'KEY-PEM',
      DECK_TLS_SERVER_NAME: 'kong',
      DECK_TLS_SKIP_VERIFY: 'true',
    });
    expect(secrets).toContain('KEY-PEM');
  });

  it('knows no gateway offline', () => {
    expect(offlineSettings().env.DECK_KONG_ADDR).toBeUndefined();
  });
});
