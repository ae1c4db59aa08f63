import type { Json, JsonObject } from '../core/json.js';

/** What the gateway answers. `text` is for the few answers that aren't JSON. */
export interface Reply {
  status: number;
  body?: Json;
  text?: { type: string; body: string };
  headers?: Record<string, string>;
}

/** Ends a request early with a reply: thrown by storage and endpoints, caught by the server. */
export class ReplyError extends Error {
  constructor(readonly reply: Reply) {
    super(`status ${reply.status}`);
  }
}

export const ok = (body: Json): Reply => ({ status: 200, body });
export const created = (body: Json): Reply => ({ status: 201, body });
export const noContent = (): Reply => ({ status: 204 });
export const message = (status: number, text: string): Reply => ({ status, body: { message: text } });
export const notFound = (text = 'Not found'): Reply => message(404, text);
export const methodNotAllowed = (): Reply => message(405, 'Method not allowed');
export const unexpected = (): Reply => message(500, 'An unexpected error occurred');

/** A page as nginx, not Kong, answers. */
export function htmlPage(status: number, title: string): Reply {
  const body = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, text: { type: 'text/html; charset=UTF-8', body } };
}

/** Stops the request with this reply. */
export function refuse(reply: Reply): never {
  throw new ReplyError(reply);
}

export function fail(status: number, body: JsonObject): never {
  throw new ReplyError({ status, body });
}
