import type { ArtifactFile, PartRecord } from '../../core/snapshot.js';
import { codecFor } from './codecs.js';
import type { EncodingOptions } from './encoding.js';
import { type Form, suffixOf } from './packNames.js';

/** How a file is to be kept: as pieces, as an object of its own in some form, or as it is. */
export type Plan = { as: 'pieces' } | { as: 'object'; form: Form; suffix: string } | { as: 'plain' };

/** Below it a part stays in files that Kong's own tools read. */
const smallPart = 1024 * 1024;
/** Of a part that isn't small, what is not worth the trouble. */
const smallFile = 16 * 1024;
/** What compression doesn't make smaller on disk. */
const oneBlock = 4 * 1024;

/** @returns what to do with a file of these parts. */
export function planner(parts: readonly PartRecord[], options: EncodingOptions): (file: ArtifactFile) => Plan {
  const { compression, deduplicate, sealing } = options;
  const codec = codecFor(compression);
  const sealed = sealing !== undefined;
  const large = new Set<ArtifactFile>();
  const asked = compression === 'gzip' || compression === 'zstd';
  for (const { kind, files } of parts) {
    const total = parts.reduce((sum, part) => (part.kind === kind ? sum + bytesOf(part) : sum), 0);
    for (const file of files) {
      if (asked ? file.bytes > 0 : total >= smallPart && file.bytes >= smallFile) large.add(file);
    }
  }
  const taken = new Set(parts.flatMap(({ files }) => files.map(({ path }) => path.toLowerCase())));
  return (file) => {
    if (large.has(file) && deduplicate) return { as: 'pieces' };
    const worthIt = large.has(file) || (sealed && file.bytes >= oneBlock);
    const form: Form = { codec: worthIt ? codec : undefined, sealed };
    if (!form.codec && !form.sealed) return { as: 'plain' };
    return { as: 'object', form, suffix: freeSuffix(file.path, suffixOf(form), taken) };
  };
}

const bytesOf = ({ files }: PartRecord): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** A snapshot may hold both `a` and `a.gz`. */
function freeSuffix(path: string, suffix: string, taken: Set<string>): string {
  for (let attempt = 0; ; attempt++) {
    const candidate = attempt === 0 ? suffix : `.${attempt}${suffix}`;
    const name = (path + candidate).toLowerCase();
    if (taken.has(name)) continue;
    taken.add(name);
    return candidate;
  }
}
