import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Target } from '../../src/core/environment.js';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
}

/** What to answer: a body sent as JSON, text sent as HTML, or `hang` and `reset` for no answer at all. */
export type Answer = { status?: number; json: unknown } | { status?: number; html: string } | 'hang' | 'reset';
export type Script = (request: SeenRequest, body: string) => Answer;

export interface ScriptedGateway {
  url: string;
  /** Every request, in order. */
  requests: SeenRequest[];
  close(): Promise<void>;
}

/** A server that answers by a script: for what a real Kong does on its bad days, or what it was sent. */
export async function startScriptedGateway(script: Script): Promise<ScriptedGateway> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '/', headers } = request;
    const seen: SeenRequest = { method, path: url.split('?')[0] ?? url, headers };
    requests.push(seen);
    reply(response, script(seen, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') return void response.socket?.destroy();
  const [type, text] =
    'json' in answer ? ['application/json', JSON.stringify(answer.json)] : ['text/html', answer.html];
  response.writeHead(answer.status ?? 200, { 'content-type': `${type}; charset=utf-8` }).end(text);
}

const lists = /^\/[a-z_]+(-[a-z0-9_]+)*$/;

/** An open-source Kong 3.9.3 that holds nothing, takes everything and keeps none of it. */
export const emptyKong: Script = ({ method, path }, body) => {
  if (method === 'GET' && path === '/') return { json: { version: '3.9.3', configuration: { database: 'postgres' } } };
  if (path.startsWith('/schemas/')) return { json: { fields: [] } };
  if (path === '/workspaces/default') return { json: { id: 'default', name: 'default' } };
  if (path.startsWith('/workspaces') && method !== 'GET') return { status: 404, json: { message: 'Not found' } };
  if (method === 'GET' && lists.test(path)) return { json: { data: [], next: null } };
  if (method === 'PUT' || method === 'POST' || method === 'PATCH') return { status: 201, json: JSON.parse(body) };
  if (method === 'DELETE') return { status: 204, json: {} };
  return { status: 404, json: { message: 'Not found' } };
};

export function targetOf(url: string, more: Partial<Target['environment']> = {}, headers = {}): Target {
  return { environment: { id: 'test', name: 'test', adminUrl: url, mode: 'traditional', ...more }, headers };
}
