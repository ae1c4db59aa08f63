import { readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sweepGuard, withGuard } from '../../../src/stores/folderGuard.js';
import { folderStorage } from '../../../src/stores/folderStorage.js';
import { ownerIsGone, ownTag } from '../../../src/stores/owner.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

/** A process of this machine that is no more: ids are far below it. */
const gone = ownTag().replace(/\d+$/, '999999999');

describe('a guard', () => {
  it('lets one after the other do its work', async () => {
    const root = await temporaryFolder();
    let [inside, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++inside);
      await Promise.resolve();
      inside--;
    };
    await Promise.all(Array.from({ length: 6 }, () => withGuard(root, path.join(root, 'file'), work)));
    expect(most).toBe(1);
    expect(await readdir(root)).toEqual([]);
  });

  it('of a process that is gone is broken, as a link and as a file', async () => {
    const root = await temporaryFolder();
    expect([ownerIsGone(gone), ownerIsGone(ownTag()), ownerIsGone('other.1')]).toEqual([true, false, false]);
    const guard = path.join(root, '.guard-x');
    await writeFile(guard, gone);
    expect(await sweepGuard(guard)).toBe(true);
    await writeFile(guard, ownTag());
    expect(await sweepGuard(guard)).toBe(false);
    if (process.platform === 'win32') return;
    await symlink(gone, path.join(root, '.guard-y'));
    await folderStorage(root).prepare(new AbortController().signal);
    expect((await readdir(root)).sort()).toEqual(['.gitignore', '.guard-x']);
  });
});
