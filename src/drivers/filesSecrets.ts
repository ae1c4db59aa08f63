import { open } from 'node:fs/promises';
import { listed } from '../core/listed.js';
import type { SnapshotWarning } from '../core/snapshot.js';

/** Bytes of a file that are looked at. */
const looked = 512 * 1024;
const names = /^\.kong_env$|\.(key|p12|pfx|jks)$/i;
const contents =
  /PRIVATE KEY-----|^[ \t]*[\w.-]*(password|passphrase|secret|token|api_?key)[\w.-]*[ \t]*[=:][ \t]*\S/im;
const settings = /^([ \t]*[\w.-]*(?:password|passphrase|secret|token|api_?key)[\w.-]*[ \t]*[=:][ \t]*)\S.*$/gim;
const keys = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Whether a file that was copied here holds a key or a password, by its name or by its words. */
export async function holdsSecrets(copy: string, name: string): Promise<boolean> {
  if (names.test(name)) return true;
  const handle = await open(copy, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(looked), 0, looked, 0);
    return contents.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

export function secretsWarning(files: readonly string[]): SnapshotWarning {
  return {
    code: 'files-hold-secrets',
    message: `The files hold passwords or private keys (${listed(files)}): keep the snapshots in an encrypted store.`,
  };
}

/** A text for eyes: values of settings that are named like secrets, and private keys, are masked. */
export const maskSecrets = (text: string): string =>
  text.replace(settings, '$1********').replace(keys, '$1\n********\n$2');
