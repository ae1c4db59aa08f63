// `node scripts/lib/bootstrap.mjs SCRIPT.ts …`: runs one of our scripts straight after a clone too. Everything else may use the
// development dependencies; this file has to do without.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(`Node ${process.versions.node} is too old: 20.18 or newer is wanted.`);
  process.exit(2);
}

/** Whether node_modules holds what the lock file says; npm notes there what it installed. */
function installed() {
  const packagesOf = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  try {
    const there = packagesOf('node_modules/.package-lock.json');
    return Object.entries(packagesOf('package-lock.json')).every(
      ([place, { version, optional }]) => place === '' || optional || there[place]?.version === version,
    );
  } catch {
    return false;
  }
}

if (!installed()) {
  console.log('[   0 s] installing the npm packages (npm ci)');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...args] = [...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// Not by tsx's own command: it would end the script while that still ends what it started.
const tsx = pathToFileURL(path.join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
const [script, ...rest] = process.argv.slice(2);
const child = spawn(process.execPath, ['--import', tsx, path.join(root, script), ...rest], { stdio: 'inherit' });
// Ctrl-C reaches the script as well, which ends what it started; only then does this end.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
