import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/**
 * Names a running process of a running machine, so that what it leaves half made is known as such at once when it is gone:
 * `<machine>.<process id>`, safe in file names.
 */
export const ownTag = (): string => `${machine()}.${process.pid}`;

/** True only where the process was one of this machine, since its last start, and is no more. Others may still run. */
export function ownerIsGone(tag: string): boolean {
  const [, where = '', pid = ''] = /^([0-9a-f]+)\.(\d+)$/.exec(tag) ?? [];
  if (where !== machine() || pid === '') return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Containers can share a name and a folder but not their process ids, and a restarted machine gives its ids anew: on Linux
 * the start of the system and the space of process ids belong to the name.
 */
function machine(): string {
  const system = orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const space = orNothing(() => readlinkSync('/proc/self/ns/pid'));
  return createHash('sha256').update([os.hostname(), system, space].join('\n')).digest('hex').slice(0, 12);
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
