import type { Target } from '../core/environment.js';
import { cancelled } from '../core/errors.js';
import { createAgent, HttpStopped, sendHttp } from './httpAgent.js';

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
const maxBytes = 4_000_000;

/** Sends a request through a gateway's proxy, as a client of its would: redirects are answers, and nothing is tried again. */
export async function proxyRequest(
  { tls }: Pick<Target, 'tls'>,
  { url, method, headers, body, timeout }: ProxyRequest,
  signal: AbortSignal,
): Promise<ProxyAnswer> {
  // A client of the proxy has neither the certificate nor the server name of the Admin API.
  const { ca, skipVerify } = tls ?? {};
  const own = { ...(ca !== undefined && { ca }), ...(skipVerify !== undefined && { skipVerify }) };
  const agent = createAgent(own, { timeout, connections: 1 });
  const { origin, host, pathname, search } = new URL(url);
  try {
    const call = { origin, path: `${pathname}${search}`, method, headers, timeout, maxBytes, signal };
    const answer = await sendHttp(agent, { ...call, ...(body !== undefined && { body }) });
    const flat = Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]);
    return { ...answer, headers: Object.fromEntries(flat) as Record<string, string> };
  } catch (error) {
    if (error instanceof HttpStopped) {
      if (error.why === 'aborted') throw cancelled(host);
      return { failure: `Nothing answered within ${timeout / 1000} s.` };
    }
    return { failure: `No answer: ${reasonOf(error)}` };
  } finally {
    await agent.destroy();
  }
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
};
