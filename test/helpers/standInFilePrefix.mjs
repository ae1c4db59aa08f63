// A command prefix that runs what follows its first argument, but for one thing, which goes wrong as that argument says.
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const [, , fault, ...command] = process.argv;
const [program, ...args] = command.filter((word) => word !== 'env' && word !== 'LC_ALL=C');

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

if (fault === 'full' && program === 'tee') fail(`tee: ${args[0]}: No space left on device`);
if (fault === 'mounted' && program === 'mv')
  fail(`mv: cannot move '${args[1]}' to '${args[2]}': Device or resource busy`);
if (fault === 'broken-rename' && program === 'mv' && args[1].endsWith('new')) fail('mv: input/output error');
if (fault === 'down') fail('Error response from daemon: container is not running');
const stdin = fault === 'no-stdin' ? 'ignore' : 'inherit';
const { status } = spawnSync(program, args, {
  stdio: [stdin, 'inherit', 'inherit'],
  env: { ...process.env, LC_ALL: 'C' },
});
if (fault === 'growing' && program === 'cat') appendFileSync(args[0], 'one more line\n');
process.exit(status ?? 1);
