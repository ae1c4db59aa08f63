import { newestHost, oldestHost } from '../../test/host/vscodeHost.js';
import { chromium } from './chromium.js';
import type { Tool } from './tool.js';

/** The quick ones first. */
export const allTools: readonly Tool[] = [chromium, newestHost, oldestHost];
