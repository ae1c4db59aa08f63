import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** What Node's modules give whom they are loaded by; the types leave both out. */
interface ModuleLoading {
  /** Absent before Node 22.1. */
  enableCompileCache?: (folder: string) => unknown;
  _extensions: Record<string, (module: NodeModule, file: string) => void>;
}

const hashLength = 32;

/**
 * Keeps what V8 made of our own bundles for the next command: compiling them takes a tenth of a second. From 22.1 on Node does so
 * by itself. Whatever is wrong with what was kept, the bundle is compiled anew and nobody is told.
 * @param bundles absolute path of the folder with the bundles. @param cache absolute path of a folder that may vanish at any time.
 */
export function keepCompiledCode(bundles: string, cache: string): void {
  if (process.env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return;
  const loading = Module as unknown as ModuleLoading;
  if (loading.enableCompileCache) {
    loading.enableCompileCache(cache);
    return;
  }
  const asEver = loading._extensions['.js'];
  if (!asEver) return;
  const fresh: (() => void)[] = [];
  loading._extensions['.js'] = (module, file) => {
    if (path.dirname(file) !== bundles) return asEver(module, file);
    const kept = path.join(cache, `${path.basename(file)}-${process.version}-${process.arch}`);
    const source = readFileSync(file, 'utf8');
    const hash = createHash('sha256').update(source).digest();
    const cachedData = readKept(kept, hash);
    const script = new Script(Module.wrap(source), { filename: file, ...(cachedData && { cachedData }) });
    // At the end it holds what was compiled on the way, too.
    if (!cachedData || script.cachedDataRejected) fresh.push(() => keep(kept, hash, script));
    const run = script.runInThisContext() as (...names: unknown[]) => void;
    run.call(module.exports, module.exports, Module.createRequire(file), module, file, bundles);
  };
  process.once('exit', () => fresh.forEach((write) => write()));
}

/** Code of somebody else's is not run, nor what was made of another text. */
function readKept(file: string, hash: Buffer): Buffer | undefined {
  try {
    const handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { uid, mode } = fstatSync(handle);
      if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
      const content = readFileSync(handle);
      return content.subarray(0, hashLength).equals(hash) ? content.subarray(hashLength) : undefined;
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}

function keep(file: string, hash: Buffer, script: Script): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, Buffer.concat([hash, script.createCachedData()]), { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch {
    // The next command tries again.
  }
}
