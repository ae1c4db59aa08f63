import { buildDeck, checkDeck, deckPlace, findDeckOnPath } from './deckProgram.js';
import type { Tool } from './tool.js';

const version = '1.55.0';

/** The newest decK that can be built everywhere: `deck gateway …` words and JSON reports. */
export const deckNew: Tool = {
  name: `decK ${version}`,
  find: async () => (await checkDeck(deckPlace(version), version)) ?? (await findDeckOnPath(version)),
  install: (say) => buildDeck(version, say),
};
