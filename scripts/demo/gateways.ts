import path from 'node:path';
import { startPracticeGateway, type PracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { root } from '../lib/places.js';

export interface DemoGateways {
  practice: PracticeGateway;
  production: PracticeGateway;
  close(): Promise<void>;
}

/** Two practice gateways that hold the same shop: one to play with, one that may not be written. */
export async function startDemoGateways(): Promise<DemoGateways> {
  const facts = await schemaFolder(path.join(root, 'schemas')).facts('3.9');
  const practice = await startPracticeGateway({ facts, estate: 'believable' });
  const production = await startPracticeGateway({ facts, estate: 'believable' });
  return {
    practice,
    production,
    close: async () => {
      await Promise.all([practice.close(), production.close()]);
    },
  };
}
