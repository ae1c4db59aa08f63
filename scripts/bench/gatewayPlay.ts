// A practice gateway in a process of its own, for bench/gateway.ts. What it answered it answers at once when it is asked again,
// until something is written: what is measured is who asks. It takes orders line by line from stdin and says when they are done:
// `empty`, `fill COUNT`, `change COUNT RETRIES`, `latency MILLISECONDS`.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { createPracticeApi } from '../../src/practice/practiceApi.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { type EstateEntity, gatewayChanges, gatewayEstate } from './gatewayEstate.js';

interface Answer {
  status: number;
  headers: Record<string, string | number>;
  content: Buffer;
}

const [schemas = ''] = process.argv.slice(2);
const contentType = 'application/json';

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function main(): Promise<void> {
  const facts = await schemaFolder(schemas).facts('3.9');
  const { api, node, fill: empty } = createPracticeApi({ facts, estate: 'empty' });
  const known = new Map<string, Answer>();
  let latency = 0;
  empty();

  const answerTo = (method: string, url: string, body: Buffer): Answer => {
    if (method !== 'GET') known.clear();
    const before = known.get(url);
    if (before) return before;
    const { status, body: value, text, headers } = api.handle({ method, url, contentType, body });
    const content = Buffer.from(text?.body ?? (value === undefined ? '' : JSON.stringify(value)));
    const type = text?.type ?? (value === undefined ? undefined : 'application/json; charset=utf-8');
    const answer: Answer = {
      status,
      headers: { ...(type !== undefined && { 'content-type': type }), 'content-length': content.length, ...headers },
      content,
    };
    if (method === 'GET') known.set(url, answer);
    return answer;
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void bodyOf(request).then((body) => {
      const { status, headers, content } = answerTo(request.method ?? 'GET', request.url ?? '/', body);
      const send = (): void => void response.writeHead(status, headers).end(content);
      if (latency > 0) setTimeout(send, latency);
      else send();
    });
  });
  const write = (method: string, all: readonly EstateEntity[]): void => {
    for (const { path, body } of all) {
      const { status, content } = answerTo(method, path, Buffer.from(JSON.stringify(body)));
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${content.toString()}`);
    }
  };
  const orders: Readonly<Record<string, (first: number, second: number) => void>> = {
    empty: () => (known.clear(), empty()),
    fill: (count) => gatewayEstate(count).forEach((level) => write('POST', level)),
    change: (count, retries) => write('PATCH', gatewayChanges(count, retries)),
    latency: (milliseconds) => void (latency = milliseconds),
  };
  server.listen(0, '127.0.0.1', () => {
    node.port = (server.address() as AddressInfo).port;
    process.stdout.write(`http://127.0.0.1:${node.port}\n`);
  });
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const [order = '', first = '0', second = '0'] = line.split(' ');
    orders[order]?.(Number(first), Number(second));
    process.stdout.write(`${order}\n`);
  });
  lines.once('close', () => process.exit(0));
}

void main();
