import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEnvironments } from '../../../src/operations/environments.js';
import { createAtomicTextFile } from '../../../src/stores/atomicTextFile.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

async function inFolder(text?: string) {
  const file = path.join(await temporaryFolder(), 'sub', 'kong-environments.yaml');
  const environments = createEnvironments(createAtomicTextFile(file));
  if (text !== undefined) {
    await environments.addEnvironment({ name: 'x', adminUrl: 'http://x:1', mode: 'traditional' });
    await writeFile(file, text);
  }
  return { file, ...environments };
}

describe('the environments of a file', () => {
  it('are none when there is no file', async () => {
    const { environments, environment } = await inFolder();
    expect(await environments()).toEqual({ environments: [], problems: [] });
    await expect(environment('prod')).rejects.toMatchObject({ code: 'environment-missing' });
  });

  it('can be added, changed and removed', async () => {
    const { file, addEnvironment, updateEnvironment, removeEnvironment, environments, environment } = await inFolder();
    const added = await addEnvironment({ name: 'prod', adminUrl: 'http://kong:8001/', mode: 'traditional' });
    expect(added).toMatchObject({
      adminUrl: 'http://kong:8001',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(await environment('prod')).toEqual(added);
    const changed = await updateEnvironment('prod', { name: 'live', adminUrl: 'http://kong:8001', mode: 'hybrid' });
    expect(changed.id).toBe(added.id);
    expect((await environments()).environments).toEqual([changed]);
    await removeEnvironment('live');
    expect((await environments()).environments).toEqual([]);
    expect(await readFile(file, 'utf8')).toContain('No secret belongs in this file');
  });

  it('keep an id that came from the name when they are renamed', async () => {
    const { updateEnvironment } = await inFolder('environments:\n  - name: prod\n    adminUrl: http://x:1\n');
    const changed = await updateEnvironment('prod', { name: 'live', adminUrl: 'http://x:1', mode: 'traditional' });
    expect(changed.id).toBe('name:prod');
  });

  it('point at the file when the one that is asked for may be the broken one', async () => {
    const { file, environment } = await inFolder('environments:\n  - name: prod\n    adminUrl: nowhere\n');
    await expect(environment('prod')).rejects.toMatchObject({ code: 'environment-invalid', place: `${file}:3:15` });
  });

  it('refuse a second of a name, and leave the file as it was', async () => {
    const text = 'environments:\n  - name: prod\n    adminUrl: http://x:1\n';
    const { file, addEnvironment } = await inFolder(text);
    const twice = addEnvironment({ name: 'Prod', adminUrl: 'http://x:1', mode: 'traditional' });
    await expect(twice).rejects.toMatchObject({ code: 'environment-invalid' });
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
