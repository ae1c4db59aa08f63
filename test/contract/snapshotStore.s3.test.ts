import { afterAll, beforeAll } from 'vitest';
import { versitygw } from '../../scripts/tools/versitygw.js';

import { createRepository } from '../../src/stores/repository.js';
import { s3Storage } from '../../src/stores/s3Storage.js';
import { createEncoding, plainSettings } from '../../src/stores/storeEncoding.js';
import { type S3Server, startS3Server } from '../helpers/s3Server.js';
import { requireTool } from '../helpers/tools.js';
import { snapshotStoreContract } from './snapshotStoreContract.js';

const { path: program, describeTool } = await requireTool(versitygw);

describeTool('an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => void (server = await startS3Server(program)));
  afterAll(() => server.stop());

  snapshotStoreContract('a bucket', async () => {
    const storage = s3Storage(await server.bucket());
    return createRepository({ storage, encoding: createEncoding(storage, plainSettings) });
  });
});
