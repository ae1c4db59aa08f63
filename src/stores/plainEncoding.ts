import path from 'node:path';
import type { ArtifactFile, Manifest } from '../core/snapshot.js';
import { checkArtifact } from './artifact.js';
import { readChecked } from './checkedObject.js';
import type { ObjectStorage } from './objectStorage.js';
import type { SnapshotEncoding } from './snapshotEncoding.js';

/** Every file an object of its own, as it is. */
export function plainEncoding(storage: Pick<ObjectStorage, 'read'>): SnapshotEncoding {
  return {
    async encode({ directory, manifest }, _known, signal) {
      const objects = filesOf(manifest).map((artifact) => ({
        ...artifact,
        scope: 'snapshot' as const,
        key: artifact.path,
        file: path.join(directory, ...artifact.path.split('/')),
      }));
      for (const { file, path: name, bytes, sha256 } of objects) {
        await checkArtifact({ file, artifact: { path: name, bytes, sha256 }, place: file }, signal);
      }
      return { manifest, objects };
    },
    openManifest: (manifest) => Promise.resolve(manifest),
    openFile: ({ id }, { path: name, bytes, sha256 }, signal) =>
      Promise.resolve(readChecked(storage, `${id}/${name}`, { bytes, sha256 }, signal)),
    stored: (manifest) =>
      filesOf(manifest).map(({ path: key, bytes, sha256 }) => ({ scope: 'snapshot', key, bytes, sha256 })),
  };
}

const filesOf = ({ parts }: Pick<Manifest, 'parts'>): ArtifactFile[] => parts.flatMap(({ files }) => files);
