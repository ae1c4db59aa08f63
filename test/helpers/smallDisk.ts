import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporaryFolder.js';

/** Whether this process may mount. Elsewhere tests with a small disk are skipped loudly. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

if (!canMount) console.warn('SKIPPED: only root on Linux can mount a small disk.');

function tryMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A file system of its own for the running test. @returns its absolute path. */
export async function smallDisk(size: string): Promise<string> {
  const folder = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder]);
  // Runs before the folder is removed.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return folder;
}

export function makeReadOnly(disk: string): void {
  execFileSync('mount', ['-o', 'remount,ro', disk]);
}

const nobody = 65534;

/** Runs as somebody without root's powers, who owns nothing. As it is where the process isn't root. */
export async function withoutRoot<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.setegid?.(nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
