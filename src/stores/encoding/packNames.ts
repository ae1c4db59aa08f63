import type { PackRecord } from '../../core/snapshot.js';
import { type Codec, codecSuffix } from './codecs.js';

/** What the keys of all packs and of their indexes begin with. */
export const packPrefix = 'packs/';

export const packKey = ({ name }: Pick<PackRecord, 'name'>): string => packPrefix + name;

/** The hex SHA-256 of the pack as it is stored. */
export const packHash = ({ name }: Pick<PackRecord, 'name'>): string => name.slice(0, 64);

export const packName = (sha256: string, suffix: string): string => `${sha256}.pack${suffix}`;

/** Beside a pack of a megabyte or more, so that it need not be read to learn what it holds. */
export const indexKey = ({ name }: Pick<PackRecord, 'name'>): string =>
  `${packPrefix}${name.slice(0, 64)}.index${name.endsWith('.age') ? '.age' : ''}`;

/** What a name's end says that was done to the content. */
export interface Form {
  codec: Codec | undefined;
  sealed: boolean;
}

export const suffixOf = ({ codec, sealed }: Form): string =>
  `${codec ? codecSuffix[codec] : ''}${sealed ? '.age' : ''}`;

/** @param name of a pack, or the suffix of a file. */
export function formOf(name: string): Form {
  const sealed = name.endsWith('.age');
  const inner = sealed ? name.slice(0, -'.age'.length) : name;
  return { codec: inner.endsWith('.gz') ? 'gzip' : inner.endsWith('.zst') ? 'zstd' : undefined, sealed };
}
