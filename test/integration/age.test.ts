import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { age } from '../../scripts/tools/age.js';
import type { Identity } from '../../src/stores/encoding/encoding.js';
import { generateKey, readIdentityFile } from '../../src/stores/encoding/keys.js';
import { createStoreKeys } from '../../src/stores/encoding/storeKeys.js';
import { folderStorage } from '../../src/stores/folderStorage.js';
import { createRepository } from '../../src/stores/repository.js';
import { createEncoding } from '../../src/stores/storeEncoding.js';
import { formatManifest, parseManifest } from '../../src/stores/manifestText.js';
import { manifestOf } from '../helpers/manifests.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';

const { path: program, describeTool } = await requireTool(age);

const small = Buffer.from('_format_version: "3.0"\nservices: []\n'.repeat(200));
const large = Buffer.from(Array.from({ length: 60_000 }, (_, index) => `- name: service-${index * 7919}\n`).join(''));
const files = { 'entities/small.kong.yaml': small, 'entities/tiny': Buffer.from('a'), 'database/dump.sql': large };

async function withKey(): Promise<{ folder: string; keyFile: string; key: Identity }> {
  const folder = await temporaryFolder();
  const keyFile = path.join(folder, 'key.txt');
  const { text, ...key } = await generateKey(new Date());
  await writeFile(keyFile, text, { mode: 0o600 });
  return { folder, keyFile, key };
}

/** As a machine that has never seen the store. @param deduplicate false: each file is an object of its own. */
function openStore(root: string, settings: Parameters<typeof createStoreKeys>[1], deduplicate = true) {
  const storage = folderStorage(root);
  const keys = createStoreKeys(storage, settings, 'kong-environments.yaml');
  return createRepository({ storage, encoding: createEncoding(storage, { compression: 'gzip', deduplicate, keys }) });
}

async function backUp(store: ReturnType<typeof openStore>): Promise<string> {
  const staging = await store.stage('production');
  const artifacts = [];
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(staging.directory, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    artifacts.push({ path: name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  }
  return (await staging.publish(manifestOf('production', artifacts, { note: 'a secret note' }))).id;
}

const run = (args: string[], input?: Buffer | string): Buffer =>
  execFileSync(program, args, { input, maxBuffer: 64 * 1024 * 1024 });

describeTool('age itself', () => {
  it('opens every file that we wrote, and what the manifest has sealed', async () => {
    const { folder, keyFile, key } = await withKey();
    const root = path.join(folder, 'store');
    const id = await backUp(openStore(root, { recipients: [key.recipient] }, false));
    const at = path.join(root, ...id.split('/'));
    for (const [name, content] of Object.entries(files)) {
      const opened = run(['-d', '-i', keyFile, path.join(at, ...`${name}.gz.age`.split('/'))]);
      expect(gunzipSync(opened).equals(content), name).toBe(true);
    }
    const text = await readFile(path.join(at, 'manifest.json'), 'utf8');
    expect(text).not.toContain('a secret note');
    const { encryption } = JSON.parse(text) as { encryption: { sealed: string; keys: string[] } };
    expect(encryption.keys).toEqual([key.fingerprint]);
    expect(run(['-d', '-i', keyFile], encryption.sealed).toString()).toContain('a secret note');
  });

  it('opens a pack, which then holds the pieces as they are', async () => {
    const { folder, keyFile, key } = await withKey();
    const root = path.join(folder, 'store');
    const store = openStore(root, { recipients: [key.recipient] });
    const id = await backUp(store);
    const stored = JSON.parse(await readFile(path.join(root, ...id.split('/'), 'manifest.json'), 'utf8')) as {
      packs: { name: string }[];
    };
    const raw = stored.packs.map(({ name }) => gunzipSync(run(['-d', '-i', keyFile, path.join(root, 'packs', name)])));
    expect(Buffer.concat(raw).includes(large)).toBe(true);
  });

  it('writes what we open: a snapshot restored by hand to a key of age-keygen', async () => {
    const { folder } = await withKey();
    const keyFile = path.join(folder, 'age.txt');
    execFileSync(path.join(path.dirname(program), 'age-keygen'), ['-o', keyFile], { stdio: 'ignore' });
    const [key] = await readIdentityFile(keyFile);
    if (!key) throw new Error('age-keygen wrote no key');
    const root = path.join(folder, 'store');
    const id = await backUp(openStore(root, { recipients: [key.recipient] }, false));
    const manifestFile = path.join(root, ...id.split('/'), 'manifest.json');
    const manifest = parseManifest(await readFile(manifestFile, 'utf8'), id);
    const { keys = [], sealed = '' } = manifest.encryption ?? {};
    const again = run(['-a', '-r', key.recipient], run(['-d', '-i', keyFile], sealed)).toString();
    await writeFile(manifestFile, formatManifest({ ...manifest, encryption: { keys, sealed: again } }));
    const store = openStore(root, { identityFile: keyFile });
    expect((await store.manifest(id)).note).toBe('a secret note');
    expect(Buffer.from(await store.read(id, 'database/dump.sql')).equals(large)).toBe(true);
  });
});

it('restores on a machine that has nothing but the store and the passphrase, and refuses another one', async () => {
  const root = path.join(await temporaryFolder(), 'store');
  const id = await backUp(openStore(root, { passphrase: 'correct horse battery staple' }));
  const store = openStore(root, { passphrase: 'correct horse battery staple' });
  for (const [name, content] of Object.entries(files)) {
    expect(Buffer.from(await store.read(id, name)).equals(content), name).toBe(true);
  }
  const wrong = openStore(root, { passphrase: 'wrong' });
  await expect(wrong.read(id, 'entities/tiny')).rejects.toMatchObject({ code: 'key-wrong' });
  const without = openStore(root, {});
  await expect(without.read(id, 'entities/tiny')).rejects.toMatchObject({ code: 'key-missing' });
});
