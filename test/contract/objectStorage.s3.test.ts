import { afterAll, beforeAll } from 'vitest';
import { versitygw } from '../../scripts/tools/versitygw.js';
import { s3Storage } from '../../src/stores/s3Storage.js';
import { type S3Server, startS3Server } from '../helpers/s3Server.js';
import { requireTool } from '../helpers/tools.js';
import { objectStorageContract } from './objectStorageContract.js';

const { path: program, describeTool } = await requireTool(versitygw);

describeTool('an S3 server', () => {
  let server: S3Server;
  beforeAll(async () => void (server = await startS3Server(program)));
  afterAll(() => server.stop());

  const large = 17 * 1024 * 1024;
  objectStorageContract('a bucket', async () => s3Storage(await server.bucket()), large);
  objectStorageContract(
    'a prefix in a bucket',
    async () => s3Storage({ ...(await server.bucket()), prefix: 'backups/kong' }),
    large,
  );
});
