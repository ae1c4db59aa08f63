import { packageExtension } from './lib/build.js';
import { say } from './lib/say.js';

/** `npm run package`: kong-backup-<version>.vsix. */
packageExtension(say).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
