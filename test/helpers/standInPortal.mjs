// Plays kong-portal-cli, as its source says it speaks and ends: `node standInPortal.mjs <folder> <words>`. The folder holds
// what "the gateway" serves: `<folder>/<workspace>/…`. A file `<folder>/<workspace>.fails` makes calls for it fail.
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const [served, verb, workspace] = process.argv.slice(2);
appendFileSync(path.join(served, 'calls.log'), `${JSON.stringify(process.argv.slice(3))}\n`);
if (verb === '--version') {
  console.log('Kong Portal CLI Tool, version 3.6.0');
  process.exit(0);
}
const upstream = path.join(served, workspace);
const local = path.join(process.cwd(), 'workspaces', workspace);
const fails = existsSync(`${upstream}.fails`) || process.env.KONG_ADMIN_TOKEN !== 'the-token-of-the-operator';
if (!existsSync(path.join(local, 'cli.conf.yaml'))) {
  console.error(`No workspace named "${workspace}" was found.`);
  process.exit(1);
}
if (verb === 'fetch') {
  if (fails) {
    console.log('StatusCodeError: 403 - {"message":"forbidden"}');
    process.exit(0);
  }
  const files = existsSync(upstream) ? count(upstream) : 0;
  if (files > 0) cpSync(upstream, local, { recursive: true });
  console.log(`\t Fetched ${files} files\n\nDone.`);
} else {
  rmSync(upstream, { recursive: true, force: true });
  console.log(`Deploying ${workspace}:\n`);
  if (fails) {
    console.error('✖ Error: 403 forbidden');
    process.exit(1);
  }
  mkdirSync(upstream, { recursive: true });
  cpSync(local, upstream, { recursive: true, filter: (from) => !from.endsWith('cli.conf.yaml') });
  console.log(`✔ Deployed all files to ${workspace}\n`);
}

function count(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}
