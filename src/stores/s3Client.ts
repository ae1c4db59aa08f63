import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** A profile of the standard files, keys, or (when absent) the standard chain: environment, files, SSO, the machine's role. */
export type S3Credentials =
  { profile: string } | { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export interface S3Options {
  bucket: string;
  /** What the keys begin with, without a slash at its end. */
  prefix?: string;
  region?: string;
  /** For a server that is not Amazon's. */
  endpoint?: string;
  pathStyle?: boolean;
  credentials?: S3Credentials;
  /** How often a request is sent at most, while the server answers 5xx or 429 or not at all. */
  attempts?: number;
}

/** Milliseconds. The second is counted from the last byte that went either way. */
const connectionTimeout = 10_000;
const socketTimeout = 60_000;
const connections = 64;

export interface ClockedClient {
  client: S3Client;
  /** The `Date` of the newest answer; undefined before the first. */
  serverTime(): Date | undefined;
}

export function createS3Client(options: S3Options): ClockedClient {
  const { endpoint, region, credentials, pathStyle, attempts = 5 } = options;
  const agent = { keepAlive: true, maxSockets: connections };
  const config: S3ClientConfig = {
    ...(endpoint !== undefined && { endpoint }),
    // Other servers take any region, and the client wants one.
    ...((region ?? endpoint) !== undefined && { region: region ?? 'us-east-1' }),
    forcePathStyle: pathStyle ?? false,
    followRegionRedirects: true,
    maxAttempts: attempts,
    // Several stores choke on the client's own checksums; ours are sent with each object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout, socketTimeout, httpAgent: agent, httpsAgent: agent },
    ...(credentials && ('profile' in credentials ? { profile: credentials.profile } : { credentials })),
  };
  const client = withoutNotice(() => new S3Client(config));
  // It copies every answer, without its secrets, for a log that nobody keeps: a twentieth of a long listing.
  client.middlewareStack.remove('loggerMiddleware');
  let newest: Date | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const date = (output.response as { headers?: Record<string, string> }).headers?.date;
      const time = date === undefined ? NaN : Date.parse(date);
      if (!Number.isNaN(time)) newest = new Date(time);
      return output;
    },
    { step: 'deserialize', priority: 'low', name: 'keepServerTime' },
  );
  return { client, serverTime: () => newest };
}

/** The client's first start on Node 20 prints that versions to come want a newer Node: nothing for the people who use us. */
function withoutNotice<T>(job: () => T): T {
  const name = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const before = process.env[name];
  process.env[name] = 'true';
  try {
    return job();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
