import path from 'node:path';
import type { Json, JsonObject } from '../../src/core/json.js';
import { createPracticeApi, type PracticeApi, type PracticeOptions } from '../../src/practice/practiceApi.js';
import type { SchemaFacts } from '../../src/schema/facts.js';
import { schemaFolder } from '../../src/schema/folder.js';

const source = schemaFolder(path.resolve(import.meta.dirname, '../../schemas'));

export const kongFacts = (version = '3.9'): Promise<SchemaFacts> => source.facts(version);

/** An answer, its body always readable as an object. */
export interface Answer {
  status: number;
  body: JsonObject;
  text: string | undefined;
  headers: Record<string, string>;
}

export interface PracticeClient extends PracticeApi {
  ask(method: string, url: string, body?: Json | string, contentType?: string): Answer;
}

/** A gateway without a socket, and a way to ask it. Text bodies are sent as they are, others as JSON. */
export async function practiceClient(options: Omit<PracticeOptions, 'facts'> = {}): Promise<PracticeClient> {
  const practice = createPracticeApi({ facts: await kongFacts(), ...options });
  practice.fill();
  return {
    ...practice,
    ask(method, url, body, contentType = body === undefined ? undefined : 'application/json') {
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const reply = practice.api.handle({ method, url, contentType, body: Buffer.from(text) });
      return {
        status: reply.status,
        body: (reply.body ?? {}) as JsonObject,
        text: reply.text?.body,
        headers: reply.headers ?? {},
      };
    },
  };
}

export const itemsOf = (answer: Answer): JsonObject[] => answer.body['data'] as JsonObject[];
