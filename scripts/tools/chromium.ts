import { findChromium } from '../../test/host/browser.js';
import { installDebianPackages } from './debian.js';
import type { Tool } from './tool.js';

export const chromium: Tool = {
  name: 'Chromium',
  find: () => Promise.resolve(findChromium()),
  async install(say) {
    await installDebianPackages(['chromium'], say);
    const place = findChromium();
    if (!place) throw new Error('the package chromium is installed, but no browser is: set CHROMIUM_PATH');
    return place;
  },
};
