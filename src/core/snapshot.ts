import type { Coverage } from './coverage.js';
import type { Environment, Mode } from './environment.js';
import type { JsonObject } from './json.js';
import type { PartKind } from './part.js';
import type { SnapshotState } from './record.js';

/** The manifest's format. A snapshot with a greater number is refused, never guessed at. */
export const formatVersion = 1;
export const manifestFile = 'manifest.json';

export interface ArtifactFile {
  /** Relative to the snapshot's folder, with forward slashes. */
  path: string;
  bytes: number;
  /** Hex SHA-256 of the file's bytes. Empty in what can be read of an encrypted snapshot without its key. */
  sha256: string;
  /** Absent: as it is, under its path in the snapshot's folder. */
  stored?: StoredWhole | StoredPieces;
}

/** A file that is kept as one object beside the manifest, compressed, encrypted or both. */
export interface StoredWhole {
  /** What follows the path in the object's name, in the order it was done: `.gz` or `.zst`, then `.age`. */
  suffix: string;
  /** Of the object, as it is stored. */
  bytes: number;
  sha256: string;
}

/** A file that is put together from pieces of the packs that the manifest names. */
export interface StoredPieces {
  /** Which bytes of which pack, as `stores/encoding/pieces.ts` writes them. Empty where `sha256` is. */
  pieces: string;
}

/** An object of the store, shared by snapshots, with pieces of files one after the other. Its key is `packs/<name>`. */
export interface PackRecord {
  /** `<hex SHA-256 of the object>.pack`, then `.gz` or `.zst` when it is compressed, then `.age` when it is encrypted. */
  name: string;
  /** Of the object. */
  bytes: number;
  /** Of the pieces, before they were compressed. */
  rawBytes: number;
}

export interface ManifestEncryption {
  /** Fingerprints of the keys, each of which opens the snapshot. */
  keys: string[];
  /**
   * The whole manifest as an age file in ASCII armour. What stands beside it is the public part of the same: without the
   * texts, tags, addresses and hashes that say what the gateway holds. Absent once it was opened.
   */
  sealed?: string;
}

/** How many entities of each kind, by kind name (`services`, `routes` …). */
export type Counts = Record<string, number>;

/**
 * How a part is written: decK's state file, a declarative config file, what `kong config db_export` wrote, a dump by `pg_dump`
 * or `mongodump` (or in its form), JSON files by kind, files as they were, what kong-portal-cli fetched.
 */
export const partFormats = ['deck', 'dbless', 'db_export', 'pg_dump', 'mongodump', 'json', 'files', 'portal'] as const;
export type PartFormat = (typeof partFormats)[number];

export interface PartRecord {
  kind: PartKind;
  format: PartFormat;
  driver: { id: string; version: string };
  workspace?: string;
  files: ArtifactFile[];
  counts: Counts;
  /** What its driver wants to know again: the dump's own format, versions of server and client. Never a secret. */
  details?: JsonObject;
}

/** Who writes what a gateway has, where what looks like a template of decK's is none: our own engine, and our own imports. */
const literalWriters: readonly string[] = ['admin-api', 'konga', 'declarative-import'];

/** Whether all texts of the part that this driver wrote are meant as they stand. */
export const isLiteral = ({ id }: { id: string }): boolean => literalWriters.includes(id);

export interface SnapshotWarning {
  code: string;
  message: string;
  workspace?: string;
  kind?: string;
}

/** Code of the warning of a snapshot that was taken while a restore ran or lay unfinished. */
export const betweenStates = 'restore-unfinished';

export const isBetweenStates = ({ warnings }: { warnings: readonly SnapshotWarning[] }): boolean =>
  warnings.some(({ code }) => code === betweenStates);

/** A part, or a workspace of one, that should have been taken and could not be. */
export interface PartFailure {
  part: PartKind;
  workspace?: string;
  /** Of the error. */
  code: string;
  reason: string;
  remedy: string;
}

/** What a snapshot can be made from beside a gateway. */
export const importKinds = ['deck', 'dbless', 'db_export', 'pg_dump', 'konga'] as const;
export type ImportKind = (typeof importKinds)[number];

/** Of a snapshot that was made from files: no gateway was asked for it. */
export interface ImportedFrom {
  /** Name of the file or folder, without where it was. */
  file: string;
  kind: ImportKind;
  /** When it was made, ISO 8601, UTC: as it says itself, else as the file system says. */
  madeAt?: string;
  /** Who says which version of Kong it is of: a person, the file, the environment, or nobody. */
  versionFrom: 'given' | 'file' | 'environment' | 'assumed';
}

/** What a snapshot made of a file is called where nobody names it. */
export const importedLabel = (file: string): string => `imported: ${file}`;

/** `manifest.json`: written last, so that its presence means the snapshot is whole. */
export interface Manifest {
  formatVersion: number;
  /** `<environment>/<UTC time>`: also the folder under the store's root. */
  id: string;
  environment: Pick<Environment, 'id' | 'name' | 'adminUrl'> & { group?: string };
  gateway: { version: string; edition: string; mode: Mode; hostname: string; database: string };
  tool: { name: string; version: string };
  /** ISO 8601, UTC. */
  createdAt: string;
  /** Milliseconds. */
  duration: number;
  workspaces: string[];
  /** Only entities with all of these tags were taken; a restore looks at no others. */
  selectTags?: string[];
  parts: PartRecord[];
  /** Those that the pieces of files are in. */
  packs?: PackRecord[];
  encryption?: ManifestEncryption;
  coverage: Coverage;
  warnings: SnapshotWarning[];
  /** What failed while the rest was taken: the snapshot is partial, and never chosen by itself. */
  failures?: PartFailure[];
  /** The partial snapshot that this one completes. */
  completes?: string;
  label?: string;
  note?: string;
  pinned?: boolean;
  imported?: ImportedFrom;
  /** For a safety snapshot: the snapshot whose restore it guards. */
  guards?: string;
  /** For a safety snapshot: it holds all, and a restore of it changes only what has all of these tags, before or after. */
  boundTags?: string[];
}

/**
 * One line of a catalogue: a whole snapshot; a folder that is not one, and why; or a store that can't be read, whose `id` is its
 * name and a colon. `store`: its name, which `id` begins with; absent for the default store.
 */
export type CatalogueEntry = { id: string; store?: string } & (
  | { manifest: Manifest; state?: SnapshotState; problem?: undefined }
  | {
      manifest?: undefined;
      state?: undefined;
      problem: {
        code: 'snapshot-damaged' | 'snapshot-incomplete' | 'snapshot-newer-format' | 'store-unreachable';
        reason: string;
        /** Of a store that can't be read: whether it is the one that the listed environment keeps its snapshots in. */
        isOwnStore?: boolean;
      };
    }
);
