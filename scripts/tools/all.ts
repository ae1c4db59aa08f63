import { newestHost, oldestHost } from '../../test/host/vscodeHost.js';
import { age } from './age.js';
import { busybox } from './busybox.js';
import { chromium } from './chromium.js';
import { deckNew } from './deckNew.js';
import { deckOld } from './deckOld.js';
import { ferretdb } from './ferretdb.js';
import { postgres } from './postgres.js';
import type { Tool } from './tool.js';
import { versitygw } from './versitygw.js';

/** The quick ones first. */
export const allTools: readonly Tool[] = [
  deckOld,
  age,
  busybox,
  chromium,
  newestHost,
  oldestHost,
  postgres,
  versitygw,
  ferretdb,
  deckNew,
];
