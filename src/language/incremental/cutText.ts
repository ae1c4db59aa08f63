import type { Part, Section } from './part.js';
import { PartList, sectionsOf } from './partList.js';
import { anchor, costOf, mostTolerantly, readPart } from './readPart.js';
import { isOpen, mayEndLater } from './openEnds.js';
import { onlyWhole, Splitter } from './splitText.js';

/** A text by its parts. */
export interface CutText {
  list: PartList;
  /** Entries of the top by their keys, in the order of the text. */
  sections: Map<string, Section>;
  /** Parts that keep the items of a list from standing side by side. */
  odd: number;
}

/** Cuts a text and reads its parts. @returns undefined for one that has to be read as a whole. */
export function cutText(text: string): CutText | undefined {
  try {
    const cut = splitText(text);
    let slowly = 0;
    for (const part of cut.list) {
      part.reading = readPart(part);
      if (part.reading.slowly) slowly += costOf(part);
      if (slowly > mostTolerantly) throw onlyWhole;
    }
    if ([...cut.list].some(({ reading }) => reading?.aliases) && anchor.test(text)) throw onlyWhole;
    for (const part of cut.list) if (part.reading && isOpen(part.reading)) mayEndLater(cut.list, part);
    return cut;
  } catch (error) {
    if (error === onlyWhole) return undefined;
    throw error;
  }
}

/** @throws `onlyWhole` */
export function splitText(text: string): CutText {
  const splitter = new Splitter();
  splitter.push(text);
  return ofParts(splitter.end());
}

/** @throws `onlyWhole` where a key stands twice at the top, or none at all. */
export function ofParts(parts: readonly Part[]): CutText {
  const sections = sectionsOf(parts);
  if (!sections || sections.size === 0) throw onlyWhole;
  return { list: new PartList(parts), sections, odd: parts.filter(isOdd).length };
}

export const isOdd = ({ role, resumes }: Part): boolean => role === 'stray' || resumes;
