import type { Manifest } from './snapshot.js';

/** Stands where an encrypted snapshot says something that takes its key to read. */
export const sealedText = 'Sealed: the key is needed to read it.';

/** What can be read of an encrypted snapshot without its key, with words where texts are sealed; any other as it is. */
export function withSealedTexts(manifest: Manifest): Manifest {
  if (manifest.encryption?.sealed === undefined) return manifest;
  const { coverage, warnings } = manifest;
  return {
    ...manifest,
    coverage: { ...coverage, notHeld: coverage.notHeld.map((gap) => ({ ...gap, reason: gap.reason || sealedText })) },
    warnings: warnings.map((warning) => ({ ...warning, message: warning.message || sealedText })),
  };
}
