import { Agent, request } from 'undici';
import type { Target } from '../core/environment.js';
import { cancelled } from '../core/errors.js';

export interface ProxyRequest {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds that the answer may take, its body included. */
  timeout: number;
}

export type ProxyAnswer =
  | { status: number; headers: Record<string, string>; body: Uint8Array; isCut: boolean }
  /** Why there is none, in a sentence without the address. */
  | { failure: string };

/** Bytes of a body that are read: more would say nothing new. */
const mostBytes = 4_000_000;

/** Sends a request through a gateway's proxy, as a client of its would: redirects are answers, and nothing is tried again. */
export async function proxyRequest(
  { tls }: Pick<Target, 'tls'>,
  { url, method, headers, body, timeout }: ProxyRequest,
  signal: AbortSignal,
): Promise<ProxyAnswer> {
  const agent = new Agent({
    connect: {
      timeout,
      ...(tls?.ca !== undefined && { ca: tls.ca }),
      ...(tls?.skipVerify === true && { rejectUnauthorized: false }),
    },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const clock = AbortSignal.timeout(timeout);
  try {
    const answer = await request(url, {
      method: method as 'GET',
      headers: { ...headers },
      ...(body !== undefined && { body }),
      dispatcher: agent,
      signal: AbortSignal.any([clock, signal]),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostBytes) break;
    }
    const flat = Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
    const all = Buffer.concat(chunks).subarray(0, mostBytes);
    return { status: answer.statusCode, headers: Object.fromEntries(flat), body: all, isCut: size > mostBytes };
  } catch (error) {
    if (signal.aborted) throw cancelled(new URL(url).host);
    if (clock.aborted) return { failure: `Nothing answered within ${timeout / 1000} s.` };
    return { failure: `No answer: ${reasonOf(error)}` };
  } finally {
    await agent.destroy();
  }
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
};
