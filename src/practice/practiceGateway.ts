import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KongBackupError } from '../core/errors.js';
import { type FaultEffect, Faults } from './faults.js';
import { verifyBasicAuth, verifyKeyAuth, verifyOauth2Secret } from './logins.js';
import { createPracticeApi, type PracticeApi, type PracticeOptions } from './practiceApi.js';
import { htmlPage, message, type Reply } from './reply.js';
import type { RequestCounters } from './requestCounters.js';

export interface PracticeGatewayOptions extends PracticeOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  host?: '127.0.0.1';
  /** Milliseconds that each answer is held back. */
  latency?: number;
  /** Requests without `Kong-Admin-Token: <token>` get a 401. */
  token?: string;
}

/** A gateway in memory: an Admin API, and nothing behind it. */
export interface PracticeGateway {
  readonly url: string;
  readonly port: number;
  readonly requests: RequestCounters;
  readonly faults: Faults;
  /** Would this password log in? */
  verifyBasicAuth(username: string, password: string, workspace?: string): boolean;
  /** Whose key is this? Undefined for one that opens nothing. */
  verifyKeyAuth(key: string, workspace?: string): string | undefined;
  verifyOauth2Secret(clientId: string, secret: string, workspace?: string): boolean;
  /** Back to the estate it started with; forgets faults and counters. */
  reset(): void;
  /** Drops open connections too. */
  close(): Promise<void>;
}

/** @throws KongBackupError `port-in-use`. */
export async function startPracticeGateway(options: PracticeGatewayOptions): Promise<PracticeGateway> {
  const { port = 0, host = '127.0.0.1' } = options;
  const { api, storage, node, requests, fill } = createPracticeApi(options);
  const faults = new Faults();
  fill();

  const server = createServer((request, response) => {
    void serve(request, response, { api, node, faults, requests, options });
  });
  node.port = await listen(server, host, port);

  return {
    url: `http://${host}:${node.port}`,
    port: node.port,
    requests,
    faults,
    verifyBasicAuth: (username, password, workspace = 'default') =>
      verifyBasicAuth(storage, username, password, workspace),
    verifyKeyAuth: (key, workspace = 'default') => verifyKeyAuth(storage, key, workspace),
    verifyOauth2Secret: (id, secret, workspace = 'default') => verifyOauth2Secret(storage, id, secret, workspace),
    reset() {
      fill();
      faults.clear();
      requests.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
      reject(
        new KongBackupError(taken ? 'port-in-use' : 'internal', {
          place: `${host}:${port}`,
          reason: taken ? 'This port is taken or not allowed.' : cause.message,
          remedy: 'Choose another port, or 0 for any that is free.',
          cause,
        }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

interface Served extends Pick<PracticeApi, 'api' | 'node' | 'requests'> {
  faults: Faults;
  options: PracticeGatewayOptions;
}

async function serve(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const { api, node, faults, requests, options } = served;
  const { method = 'GET', url = '/', headers } = request;
  const path = url.split('?', 1)[0] ?? '/';
  let body: Buffer;
  try {
    body = await readAll(request);
  } catch {
    return; // The caller went away.
  }
  requests.add({ method, path });
  const effect = faults.take(method, path);
  if (options.latency) await delay(options.latency);
  if (effect === 'hang') return;
  if (effect === 'reset') request.socket.destroy();
  else send(response, method, node.version, effect === undefined ? reply() : faultReply(effect));

  function reply(): Reply {
    if (options.token !== undefined && headers['kong-admin-token'] !== options.token) {
      return message(401, 'Invalid credentials. Token or User credentials required');
    }
    return api.handle({ method, url, contentType: headers['content-type'], body });
  }
}

function faultReply(effect: Exclude<FaultEffect, 'hang' | 'reset'>): Reply {
  if (effect === 'html') return { ...htmlPage(200, 'Welcome'), status: 200 };
  return { status: effect.status, body: effect.body ?? { message: 'An unexpected error occurred' } };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function send(response: ServerResponse, method: string, version: string, reply: Reply): void {
  const { status, body, text, headers } = reply;
  const content = text?.body ?? (body === undefined ? undefined : JSON.stringify(body));
  const type = text?.type ?? (body === undefined ? undefined : 'application/json; charset=utf-8');
  response.writeHead(status, {
    ...(type !== undefined && { 'content-type': type }),
    ...(content !== undefined && { 'content-length': Buffer.byteLength(content) }),
    'access-control-allow-origin': '*',
    'access-control-allow-credentials': 'true',
    'x-kong-admin-latency': '1',
    server: `kong/${version}`,
    ...headers,
  });
  response.end(method === 'HEAD' ? undefined : content);
}
