// As ssh does: joins its arguments with spaces, and has a shell run the line.
import { spawn } from 'node:child_process';

const child = spawn('/bin/sh', ['-c', process.argv.slice(2).join(' ')], { stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 255));
