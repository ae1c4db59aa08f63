// What many snapshots of a changing estate cost in a store, and how long each takes to make and to read.
//
//   npm run bench:repository -- [--snapshots 100] [--changes 10] [--entities 100000] [--encrypted] [--compression auto]
//                               [--file FILE] [--seed 1]
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compressions } from '../../src/core/environmentSections.js';
import type { Manifest } from '../../src/core/snapshot.js';
import { generateKey } from '../../src/stores/encoding/keys.js';
import { folderStorage } from '../../src/stores/folderStorage.js';
import { createRepository } from '../../src/stores/repository.js';
import { createEncoding } from '../../src/stores/storeEncoding.js';
import { FileWriter } from './generateFile.js';

const { values } = parseArgs({
  options: {
    snapshots: { type: 'string', default: '100' },
    changes: { type: 'string', default: '10' },
    entities: { type: 'string', default: '100000' },
    file: { type: 'string' },
    compression: { type: 'string', default: 'auto' },
    encrypted: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
const milliseconds = (times: readonly number[]): string => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => `${(sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0)} ms`;
  return `median ${at(0.5)}, slowest ${at(1)}`;
};

/** The same numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Entities changed at random places: a line there gets another value, another line comes or goes. */
function change(text: string, count: number, next: (below: number) => number): string {
  let changed = text;
  for (let done = 0; done < count; done++) {
    const start = changed.indexOf('\n', next(changed.length)) + 1;
    const end = changed.indexOf('\n', start) + 1;
    const line = changed.slice(start, end).trimEnd();
    const indent = /^ */.exec(line)?.[0] ?? '';
    const other = [`${line}-${next(1e6)}\n`, `${line}\n${indent}note: ${next(1e9)}\n`, ''][next(3)] ?? '';
    changed = changed.slice(0, start) + other + changed.slice(end);
  }
  return changed;
}

/** What `du` says: blocks, not lengths. */
async function usage(folder: string): Promise<{ disk: number; files: number }> {
  let [disk, files] = [0, 0];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const { blocks } = await lstat(path.join(entry.parentPath, entry.name));
    disk += blocks * 512;
    if (entry.isFile()) files++;
  }
  return { disk, files };
}

function manifestOf(text: string, moment: Date): Omit<Manifest, 'id'> {
  const bytes = Buffer.byteLength(text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return {
    formatVersion: 1,
    environment: { id: 'bench', name: 'bench', adminUrl: 'http://127.0.0.1:8001' },
    gateway: { version: '3.9.3', edition: 'community', mode: 'traditional', hostname: 'kong', database: 'postgres' },
    tool: { name: 'bench', version: '0' },
    createdAt: moment.toISOString(),
    duration: 1,
    workspaces: ['default'],
    parts: [
      {
        kind: 'entities',
        format: 'deck',
        driver: { id: 'admin-api', version: '0' },
        workspace: 'default',
        files: [{ path: 'entities/default.kong.yaml', bytes, sha256 }],
        counts: {},
      },
    ],
    coverage: { held: [], notHeld: [] },
    warnings: [],
  };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-repository-'));
  try {
    await run(path.join(folder, 'store'), path.join(folder, 'cache'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(root: string, cacheFolder: string): Promise<void> {
  const compression = compressions.find((each) => each === values.compression) ?? 'auto';
  const key = await generateKey(new Date());
  const storage = folderStorage(root);
  const encoding = createEncoding(storage, {
    compression,
    deduplicate: true,
    cacheFolder,
    ...(values.encrypted && {
      keys: {
        sealing: () => Promise.resolve({ recipients: [key.recipient] }),
        identities: () => Promise.resolve([key]),
      },
    }),
  });
  const store = createRepository({ storage, encoding });
  const next = numbers(Number(values.seed));
  const pair = { cert: randomUUID().repeat(40), key: randomUUID().repeat(40) };
  const shape = { entities: Number(values.entities), ids: true, format: '3.0' as const, pair };
  let text = values.file === undefined ? new FileWriter(shape).write().text : await readFile(values.file, 'utf8');
  console.log(`${megabytes(Buffer.byteLength(text))} of YAML, Node ${process.versions.node}, ${compression}`);

  const wrote: number[] = [];
  const ids: string[] = [];
  let first = 0;
  const start = Date.UTC(2026, 0, 1);
  for (let day = 0; day < Number(values.snapshots); day++) {
    if (day > 0) text = change(text, Number(values.changes), next);
    const staging = await store.stage('bench');
    await mkdir(path.join(staging.directory, 'entities'), { recursive: true });
    await writeFile(path.join(staging.directory, 'entities/default.kong.yaml'), text);
    const manifest = manifestOf(text, new Date(start + day * 86_400_000));
    const began = performance.now();
    ids.push((await staging.publish(manifest)).id);
    wrote.push(performance.now() - began);
    if (day === 0) {
      first = (await usage(root)).disk;
      console.log(`first snapshot  ${megabytes(first)} on disk, ${wrote[0]?.toFixed(0)} ms`);
    }
  }
  const { disk, files } = await usage(root);
  console.log(
    `all ${ids.length}         ${megabytes(disk)} on disk in ${files} files: ${(disk / first).toFixed(2)} x the first`,
  );
  console.log(`to publish      ${milliseconds(wrote.slice(1))}`);
  await readBack(store, ids);
  const last = await store.manifest(ids.at(-1) ?? '');
  console.log(`last manifest   ${last.packs?.length ?? 0} packs, ${JSON.stringify(last).length} bytes`);
}

async function readBack(store: ReturnType<typeof createRepository>, ids: readonly string[]): Promise<void> {
  const read: number[] = [];
  for (const id of [ids[0] ?? '', ids.at(-1) ?? '']) {
    const began = performance.now();
    const bytes = await store.read(id, 'entities/default.kong.yaml');
    read.push(performance.now() - began);
    if (bytes.length === 0) throw new Error(`${id} is empty`);
  }
  console.log(`to read         first ${read[0]?.toFixed(0)} ms, then the last ${read[1]?.toFixed(0)} ms`);
}

void main();
