// `node scripts/lib/bootstrap.mjs SCRIPT.ts …`: runs one of our scripts straight after a clone too. Everything else may use the
// development dependencies; this file has to do without.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(`Node ${process.versions.node} is too old: 20.18 or newer is wanted.`);
  process.exit(2);
}

/** npm writes this file when it has installed all of the lock file. */
const installed = path.join(root, 'node_modules', '.package-lock.json');
const lock = path.join(root, 'package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.log('[   0 s] installing the npm packages (npm ci)');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...args] = [...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const tsx = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const [script, ...rest] = process.argv.slice(2);
const child = spawn(process.execPath, [tsx, path.join(root, script), ...rest], { stdio: 'inherit' });
// Ctrl-C reaches the script as well: it ends what it started, and then this ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
