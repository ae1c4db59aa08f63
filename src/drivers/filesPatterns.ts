import type { PlatformPath } from 'node:path';
import picomatch from 'picomatch';
import type { FilesSet } from './filesSets.js';

/** Folders deeper than this are nobody's configuration. */
const deepest = 40;

/** One path or glob of a set. */
export interface FilesPattern {
  /** As the environments file has it, absolute and with forward slashes. */
  text: string;
  /** The path that it is when nothing in it is meant as a wildcard. */
  literal: string;
  glob?: { base: string; depth: number; matches(slashed: string): boolean };
}

/** Old files kept by a restore, and what a restore that was killed left. */
const ours = /(\.kong-backup-\d{8}T\d{9}Z|\/\.kong-restore-[0-9a-f]+(\/.*)?)$/;

export const isOurs = (slashed: string): boolean => ours.test(slashed);

export const slashed = (file: string, { sep }: PlatformPath): string =>
  sep === '/' ? file : file.replaceAll(sep, '/');

export function patternsOf({ paths, place }: Pick<FilesSet, 'paths' | 'place'>): FilesPattern[] {
  return paths.map((text) => {
    const { base, glob, isGlob } = picomatch.scan(text);
    const literal = place.path.normalize(isGlob ? text : unescape(text));
    if (!isGlob) return { text, literal };
    const depth = glob.includes('**') ? deepest : glob.split('/').length;
    const matches = picomatch(text, { ...options, nocase: place.isWindows });
    return { text, literal, glob: { base: place.path.normalize(unescape(base) || '/'), depth, matches } };
  });
}

const options = { dot: true, nonegate: true };
const unescape = (text: string): string => text.replace(/\\(.)/g, '$1');

/** Whether a path is left out, by itself or with a folder above it. */
export function excluderOf({ exclude, place }: Pick<FilesSet, 'exclude' | 'place'>): (file: string) => boolean {
  const all = exclude.flatMap((each) => [each, `${each}/**`]);
  const matches = all.length === 0 ? undefined : picomatch(all, { ...options, nocase: place.isWindows });
  return (file) => {
    const text = slashed(file, place.path);
    return isOurs(text) || (matches?.(text) ?? false);
  };
}

/** Whether a path is among those that the environment names: nothing else is written by a restore. */
export function memberTest(set: FilesSet): (file: string) => boolean {
  const patterns = patternsOf(set);
  const isExcluded = excluderOf(set);
  const { path } = set.place;
  return (file) =>
    !isExcluded(file) &&
    patterns.some(
      ({ literal, glob }) =>
        file === literal ||
        file.startsWith(literal.endsWith(path.sep) ? literal : `${literal}${path.sep}`) ||
        glob?.matches(slashed(file, path)),
    );
}
