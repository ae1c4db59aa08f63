// A practice gateway in a process of its own, for bench/gateway.ts: empty, and each answer held back for so many milliseconds.
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';

const [schemas = '', latency = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const facts = await schemaFolder(schemas).facts('3.9');
  const gateway = await startPracticeGateway({ facts, estate: 'empty', latency: Number(latency) });
  process.stdout.write(`${gateway.url}\n`);
  process.stdin.resume().once('end', () => process.exit(0));
}

void main();
