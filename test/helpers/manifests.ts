import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ArtifactFile, formatVersion, type Manifest } from '../../src/core/snapshot.js';
import type { SnapshotStore } from '../../src/core/store.js';

/** What a manifest says of a file that holds this text. */
export function artifactOf(file: string, text: string): ArtifactFile {
  const bytes = Buffer.from(text);
  return { path: file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A manifest of one part with the given files. */
export function manifestOf(
  environment: string,
  files: ArtifactFile[],
  more: Partial<Manifest> = {},
): Omit<Manifest, 'id'> {
  return {
    formatVersion,
    environment: { id: `id-of-${environment}`, name: environment, adminUrl: 'http://127.0.0.1:8001' },
    gateway: { version: '3.9.3', edition: 'community', mode: 'traditional', hostname: 'kong', database: 'postgres' },
    tool: { name: 'kong-backup', version: '0.0.0' },
    createdAt: '2026-11-21T06:35:17.123Z',
    duration: 12,
    workspaces: ['default'],
    parts: [
      {
        kind: 'entities',
        format: 'deck',
        driver: { id: 'admin-api', version: '0.0.0' },
        workspace: 'default',
        files,
        counts: { services: 1 },
      },
    ],
    coverage: { held: [], notHeld: [] },
    warnings: [],
    ...more,
  };
}

/** Publishes a snapshot whose files hold the given texts. */
export async function publishSnapshot(
  store: SnapshotStore,
  environment: string,
  texts: Record<string, string>,
  more: Partial<Manifest> = {},
): Promise<Manifest> {
  const staging = await store.stage(environment);
  const files: ArtifactFile[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const file = path.join(staging.directory, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    files.push(artifactOf(name, text));
  }
  return staging.publish(manifestOf(environment, files, more));
}
