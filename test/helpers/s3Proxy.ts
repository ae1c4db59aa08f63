import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxiedRequest {
  method: string;
  /** Path without the query, decoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
}

/** `pass` hands on; `lose` hands on and breaks the connection instead of answering; else an answer of its own. */
export type Verdict = 'pass' | 'lose' | 'break' | { status: number; code: string; headers?: Record<string, string> };

export interface S3Proxy {
  endpoint: string;
  /** Everything that was asked, in order. */
  requests: ProxiedRequest[];
  close(): Promise<void>;
}

/** Stands in front of an S3 server and answers in its place where the script says so. */
export async function startS3Proxy(
  target: string,
  script: (asked: ProxiedRequest, before: readonly ProxiedRequest[]) => Verdict,
): Promise<S3Proxy> {
  const requests: ProxiedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', target);
    const asked = {
      method: incoming.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: incoming.headers,
    };
    const verdict = script(asked, requests);
    requests.push(asked);
    if (verdict === 'break') return void incoming.socket.destroy();
    if (typeof verdict === 'object') return void refuse(incoming, outgoing, verdict);
    handOn(incoming, outgoing, new URL(incoming.url ?? '/', target), verdict === 'lose');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, code, headers }: Exclude<Verdict, string>,
): void {
  incoming.resume();
  incoming.once('end', () => {
    outgoing.writeHead(status, { 'content-type': 'application/xml', ...headers });
    outgoing.end(incoming.method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>as scripted</Message></Error>`);
  });
}

/** The host that was signed is that of the proxy: the headers go on as they are. */
function handOn(incoming: IncomingMessage, outgoing: ServerResponse, url: URL, lose: boolean): void {
  const { method, headers } = incoming;
  const onward = request(url, { method, headers }, (answer) => {
    if (lose) {
      answer.resume();
      answer.once('end', () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.once('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}
