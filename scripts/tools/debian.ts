import { existsSync } from 'node:fs';
import { mustRun, runProgram } from '../lib/program.js';

/**
 * Installs packages of Debian or Ubuntu, when we are root or sudo asks for no password.
 * @throws Error that names the packages, for a person to install them.
 */
export async function installDebianPackages(packages: string[], say: (line: string) => void): Promise<void> {
  const byHand = `install ${packages.join(', ')} with your system's package manager`;
  if (!existsSync('/usr/bin/apt-get')) throw new Error(byHand);
  const asRoot = await rootPrefix();
  if (!asRoot) throw new Error(`${byHand} (apt-get wants root here)`);
  const aptGet = (...args: string[]) => {
    const [command = '', ...all] = [...asRoot, 'apt-get', ...args];
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    return mustRun(`apt-get ${args[0]}`, runProgram(command, all, { output: 'keep', env }));
  };
  say('apt-get update');
  await aptGet('update', '-qq');
  say(`apt-get install ${packages.join(' ')}`);
  await aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

/** What to put before a command to run it as root; undefined when we can't. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  try {
    const { code } = await runProgram('sudo', ['-n', 'true'], { output: 'keep' });
    return code === 0 ? ['sudo', '-n'] : undefined;
  } catch {
    return undefined;
  }
}
