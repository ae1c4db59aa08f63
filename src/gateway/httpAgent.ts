import type { ConnectionOptions } from 'node:tls';
import type { Dispatcher } from 'undici';
// The package as a whole brings a browser's fetch, WebSocket and caches along: fifty milliseconds at each start.
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Target } from '../core/environment.js';
import { onAbort } from './followSignal.js';

export type HttpAgent = Dispatcher;

export interface AgentOptions {
  /** Milliseconds that a connection may take to be made. */
  timeout: number;
  /** Connections kept open at most, to one address. */
  connections: number;
}

/** Connections that are kept and used again, with what an environment says of TLS. Our own clocks cover whole requests. */
export function createAgent(tls: Target['tls'], { timeout, connections }: AgentOptions): HttpAgent {
  return new Agent({
    connections,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    connect: { timeout, ...connectionOptions(tls) },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function connectionOptions(
  tls: Target['tls'] = {},
): Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'> {
  const { ca, cert, key, serverName, skipVerify } = tls;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(skipVerify === true && { rejectUnauthorized: false }),
  };
}

export interface HttpCall {
  /** `http://localhost:8001` */
  origin: string;
  /** With its query. */
  path: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string | null;
  /** Of the answer's body so many bytes are read. No limit when absent. */
  maxBytes?: number | undefined;
  /** Milliseconds that the answer may take, its body included. */
  timeout: number;
  signal: AbortSignal;
}

export interface HttpReply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  /** Whether there was more than `maxBytes`. */
  isCut: boolean;
}

/** Why a request ended without an answer, where it was not the connection. */
export class HttpStopped extends Error {
  constructor(readonly why: 'aborted' | 'timeout') {
    super(why);
  }
}

/** Sends one request: redirects are answers, and nothing is tried again. @throws HttpStopped, or what broke the connection. */
export function sendHttp(agent: HttpAgent, call: HttpCall): Promise<HttpReply> {
  const { origin, path, method, headers, body = null, maxBytes = Infinity, timeout, signal } = call;
  if (signal.aborted) return Promise.reject(new HttpStopped('aborted'));
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: HttpStopped | undefined;
    const end = (): void => {
      clearTimeout(clock);
      release();
    };
    const stop = (why: HttpStopped['why']): void => {
      end();
      reject((stopped = new HttpStopped(why)));
      controller?.abort(stopped);
    };
    const clock = setTimeout(() => stop('timeout'), timeout);
    const release = onAbort(signal, () => stop('aborted'));
    const chunks: Buffer[] = [];
    const reply = { status: 0, headers: {}, size: 0 };
    const done = (isCut: boolean): void => {
      end();
      const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      resolve({
        status: reply.status,
        headers: reply.headers,
        body: isCut ? whole.subarray(0, maxBytes) : whole,
        isCut,
      });
    };
    agent.dispatch(
      { origin, path, method: method as Dispatcher.HttpMethod, headers, body },
      {
        onRequestStart(current) {
          controller = current;
          if (stopped) current.abort(stopped);
        },
        onResponseStart(_current, status, answered) {
          if (status >= 200) Object.assign(reply, { status, headers: answered });
        },
        onResponseData(current, chunk) {
          if (reply.size > maxBytes) return;
          chunks.push(chunk);
          reply.size += chunk.length;
          if (reply.size <= maxBytes) return;
          done(true);
          current.abort(new HttpStopped('aborted'));
        },
        onResponseEnd: () => done(false),
        onResponseError(_current, error) {
          end();
          reject(error);
        },
      },
    );
  });
}
