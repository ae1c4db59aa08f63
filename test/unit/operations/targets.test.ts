import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/core/environment.js';
import { createTargets } from '../../../src/operations/targets.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const environment: Environment = { id: 'e1', name: 'prod', adminUrl: 'http://kong:8001', mode: 'traditional' };

async function targets(variables: Record<string, string> = {}, stored?: string) {
  const baseFolder = await temporaryFolder();
  return { baseFolder, ...createTargets({ baseFolder, variables, storedToken: () => Promise.resolve(stored) }) };
}

describe('an environment with its secrets filled in', () => {
  it('takes them from variables and files', async () => {
    const { baseFolder, resolve } = await targets({ KEY: ' k3y ' });
    await writeFile(path.join(baseFolder, 'token'), 't0ken\n');
    const headers = { 'X-Api-Key': '${env:KEY}', 'X-Plain': 'yes' };
    const { target, secrets } = await resolve({
      ...environment,
      token: 'Bearer ${file:token}',
      tokenHeader: 'Authorization',
      headers,
    });
    expect(target.headers).toEqual({ 'X-Api-Key': 'k3y', 'X-Plain': 'yes', Authorization: 'Bearer t0ken' });
    expect(secrets).toEqual(expect.arrayContaining(['k3y', 't0ken']));
  });

  it('takes the token that the editor keeps, but not over one that the file names', async () => {
    const { resolve } = await targets({ T: 'named' }, 'stored');
    expect((await resolve(environment)).target.headers).toEqual({ 'Kong-Admin-Token': 'stored' });
    expect((await resolve({ ...environment, token: '${env:T}' })).target.headers).toEqual({
      'Kong-Admin-Token': 'named',
    });
    expect((await resolve({ ...environment, token: '${env:T}' }, 'typed')).target.headers).toEqual({
      'Kong-Admin-Token': 'typed',
    });
  });

  it('reads the files of TLS', async () => {
    const { baseFolder, resolve } = await targets();
    await writeFile(path.join(baseFolder, 'ca.pem'), 'CA');
    const { target } = await resolve({
      ...environment,
      tls: { caFile: 'ca.pem', serverName: 'kong', skipVerify: false },
    });
    expect(target.tls).toEqual({ ca: 'CA', serverName: 'kong', skipVerify: false });
    const missing = resolve({ ...environment, tls: { caFile: 'no.pem' } });
    await expect(missing).rejects.toMatchObject({
      code: 'file-unreadable',
      place: expect.stringContaining('no.pem') as string,
    });
  });

  it.each([
    ['${env:NOT_SET}', 'The environment variable NOT_SET is not set.'],
    ['${file:no-such-file}', "no-such-file can't be read"],
  ])('says what is missing for %s', async (token, reason) => {
    const { resolve } = await targets();
    await expect(resolve({ ...environment, token })).rejects.toMatchObject({
      code: 'secret-missing',
      place: 'prod: token',
      reason: expect.stringContaining(reason) as string,
    });
  });
});
