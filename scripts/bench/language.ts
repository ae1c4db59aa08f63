// What a key takes until its diagnostics are there, and what else an editor asks, over stdio as an editor does it: the product's
// bundle in a process of its own, beside yaml-language-server in the same run.
//
//   npm run bench:language [-- --sizes S,M,L,XL,XXL] [--peer S,M] [--keys 50] [--json FILE] [--server dist/server.js]
//
// `--peer` says for which sizes the other server is asked too; it takes seconds a key where a file is large. What comes is held to
// the verdict of the same text read in one piece: wrong diagnostics end the run.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildExtension } from '../lib/build.js';
import { installMissing } from '../lib/installTools.js';
import { root } from '../lib/places.js';
import { say } from '../lib/say.js';
import { yamlLanguageServer } from '../tools/yamlLanguageServer.js';
import { LanguageClient, type ClientOptions } from './languageClient.js';
import { benchText } from './languageText.js';
import { measurePeer, measureServer, type Measured } from './languageWork.js';

const sizes = { S: 100, M: 1_000, L: 10_000, XL: 100_000, XXL: 200_000 } as const;
type Size = keyof typeof sizes;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: 'S,M,L,XL,XXL' },
    peer: { type: 'string', default: 'S,M' },
    keys: { type: 'string', default: '50' },
    json: { type: 'string' },
    server: { type: 'string' },
  },
});

const server = values.server ?? path.join(root, 'dist', 'server.js');
const ours: ClientOptions = {
  command: process.execPath,
  args: [server, '--stdio'],
  languageId: 'kong-declarative',
};

/** What the other server checks: enough to say that a number is none. */
const peerSchema = {
  type: 'object',
  properties: {
    services: {
      type: 'array',
      items: { type: 'object', properties: { connect_timeout: { type: 'integer' }, name: { type: 'string' } } },
    },
  },
};

async function peerOptions(): Promise<ClientOptions | undefined> {
  const [missing] = await installMissing([yamlLanguageServer]);
  const program = await yamlLanguageServer.find();
  if (missing || program === undefined) {
    say(`SKIPPED, the other server can't be had: ${missing?.reason ?? ''}`);
    return undefined;
  }
  const folder = path.join(root, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const schema = path.join(folder, 'peerSchema.json');
  writeFileSync(schema, JSON.stringify(peerSchema));
  const yaml = {
    validate: true,
    hover: true,
    completion: true,
    schemas: { [`file://${schema}`]: ['*.yaml'] },
    schemaStore: { enable: false, url: '' },
    kubernetesCRDStore: { enable: false, url: '' },
  };
  return { command: process.execPath, args: [program, '--stdio'], languageId: 'yaml', settings: { yaml } };
}

interface Result {
  size: Size;
  entities: number;
  bytes: number;
  ours: Measured;
  peer?: Measured;
}

const number = (value: number | undefined): string =>
  value === undefined ? '' : value < 100 ? value.toFixed(1) : value.toFixed(0);

/** A line for each thing that was measured: ours at each size, how many times as long the last takes as the first, the other's. */
function print(results: readonly Result[]): void {
  const names = [...new Set(results.flatMap(({ ours: { took } }) => Object.keys(took)))];
  const peers = results.filter(({ peer }) => peer);
  const ratio = results.length > 1 ? [`${results.at(-1)!.size}/${results[0]!.size}`] : [];
  const head = [
    ...results.map(({ size }) => size),
    ...ratio,
    ...peers.flatMap(({ size }) => [`other ${size}`, 'times ours']),
  ];
  const line = (name: string, cells: readonly string[]): void =>
    console.log(name.padEnd(44) + cells.map((cell) => cell.padStart(12)).join(''));
  console.log('\nMilliseconds; p50 / p99 where it was done several times');
  line('', head);
  for (const name of names) {
    const own = results.map(({ ours: { took } }) => took[name]);
    const [first, last] = [own[0]?.p50, own.at(-1)?.p50];
    line(name, [
      ...own
        .map((each) => each && (each.count > 1 ? `${number(each.p50)} / ${number(each.p99)}` : number(each.p50)))
        .map((cell) => cell ?? ''),
      ...ratio.map(() => (first && last ? (last / first).toFixed(1) : '')),
      ...peers.flatMap(({ ours: { took }, peer }) => {
        const [mine, other] = [took[name]?.p50, peer?.took[name]?.p50];
        return [number(other), mine && other ? `${(other / mine).toFixed(0)} x` : ''];
      }),
    ]);
  }
  line('memory at most, MiB', [
    ...results.map(({ ours: { memory } }) => String(memory ?? '')),
    ...ratio.map(() => ''),
    ...peers.flatMap(({ peer }) => [String(peer?.memory ?? ''), '']),
  ]);
}

async function measured(size: Size, peer: ClientOptions | undefined): Promise<Result> {
  const entities = sizes[size];
  const text = benchText(entities);
  const bytes = Buffer.byteLength(text.text);
  say(`${size}: ${entities.toLocaleString('en')} entities, ${(bytes / 1e6).toFixed(2)} MB, ${text.lines.length} lines`);
  const places = Number(values.keys);
  const own = await measureServer(() => LanguageClient.start(ours), text, places);
  if (!peer || !values.peer.split(',').includes(size)) return { size, entities, bytes, ours: own };
  say(`${size}: the other`);
  return { size, entities, bytes, ours: own, peer: await measurePeer(() => LanguageClient.start(peer), text) };
}

async function main(): Promise<void> {
  if (values.server === undefined) await buildExtension(say);
  const peer = values.peer === '' ? undefined : await peerOptions();
  const results: Result[] = [];
  for (const size of values.sizes.split(',') as Size[]) results.push(await measured(size, peer));
  print(results);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
