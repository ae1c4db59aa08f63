import { installDebianPackages } from './debian.js';
import { buildDeck, checkDeck, deckPlace, findDeckOnPath } from './deckProgram.js';
import type { Tool } from './tool.js';

const version = '1.4.0';

/** The oldest decK we speak with, that of Debian 12: `deck dump` words and reports as text. */
export const deckOld: Tool = {
  name: `decK ${version}`,
  find: async () => (await checkDeck(deckPlace(version), version)) ?? (await findDeckOnPath(version)),
  async install(say) {
    try {
      await installDebianPackages(['deck'], say);
    } catch (error) {
      say(`no Debian package: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
    // A newer distribution has a newer decK.
    return (await findDeckOnPath(version)) ?? buildDeck(version, say);
  },
};
