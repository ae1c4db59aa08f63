import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Target } from '../../src/core/environment.js';
import { operatorToken } from './enterpriseGateway.js';

/** A target whose portals are served from folders by a program that plays kong-portal-cli. */
export function standInPortal(served: string): Target {
  const program = path.resolve(import.meta.dirname, 'standInPortal.mjs');
  return {
    environment: {
      id: 'id-of-test',
      name: 'test',
      adminUrl: 'http://127.0.0.1:8001',
      mode: 'traditional',
      portal: { command: [process.execPath, program, served] },
    },
    headers: { 'Kong-Admin-Token': operatorToken },
  };
}

/** Every file that is served, as text. */
export async function portalText(served: string): Promise<string> {
  const found = (await readdir(served, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== 'calls.log')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const texts = found.map(
    async (place) => `${path.relative(served, place)}: ${(await readFile(place)).toString('base64')}`,
  );
  return (await Promise.all(texts)).join('\n');
}
