import { spawnSync, type SpawnSyncOptions } from 'node:child_process';

/** What one process took. */
export interface Metered {
  seconds: number;
  /** Of all processors; undefined where the system does not tell. */
  cpuSeconds: number | undefined;
  /** Most memory that was resident, in MiB; undefined where the system does not tell. */
  memory: number | undefined;
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Prints on its last line what its only child took: seconds, seconds of processors, KiB. Plain Python has it in its library. */
const meter = `
import resource,subprocess,sys,time
start=time.time()
code=subprocess.call(sys.argv[1:])
seconds=time.time()-start
used=resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stdout.flush()
print(seconds,used.ru_utime+used.ru_stime,used.ru_maxrss)
sys.exit(code)`;
export const hasMeter = process.platform === 'linux' && spawnSync('python3', ['-c', '']).status === 0;

/** Runs a program to its end. */
export function metered(
  command: string,
  args: readonly string[],
  { cwd, env = process.env }: Pick<SpawnSyncOptions, 'cwd' | 'env'> = {},
): Metered {
  const options = { encoding: 'utf8' as const, env, maxBuffer: 2 ** 29, ...(cwd !== undefined && { cwd }) };
  if (hasMeter) {
    const { stdout, stderr, status } = spawnSync('python3', ['-c', meter, command, ...args], options);
    const end = stdout.trimEnd().lastIndexOf('\n') + 1;
    const [seconds = NaN, cpuSeconds = NaN, kibibytes = NaN] = stdout.slice(end).trim().split(' ').map(Number);
    const memory = Math.round(kibibytes / 1024);
    return { seconds, cpuSeconds, memory, exitCode: status, stdout: stdout.slice(0, end), stderr };
  }
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, options);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, cpuSeconds: undefined, memory: undefined, exitCode: status, stdout, stderr };
}
