import type { Entity } from './entity.js';

export interface DeckFileHead {
  /** "3.0" */
  formatVersion: string;
  workspace?: string;
  selectTags?: readonly string[];
}

/** decK's state format, chunk by chunk: what `deck dump --with-id` writes for the same entities. */
export function* writeDeckFile(_entities: Iterable<Entity>, _head: DeckFileHead): Generator<string> {
  yield '';
}
