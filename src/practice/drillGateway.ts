import type { Manifest } from '../core/snapshot.js';
import type { SchemaSource } from '../schema/facts.js';
import { type PracticeGateway, startPracticeGateway } from './practiceGateway.js';

/**
 * An empty gateway of a snapshot's line of versions and its edition, to restore it into: 2.8 for all of 2.x, 3.9 for all others.
 * @throws KongBackupError `port-in-use`.
 */
export async function startDrillGateway(
  schemas: SchemaSource,
  { gateway, workspaces }: Pick<Manifest, 'gateway' | 'workspaces'>,
): Promise<PracticeGateway> {
  const isLine2 = gateway.version.startsWith('2.');
  const facts = await schemas.facts(isLine2 ? '2.8' : '3.9');
  if (gateway.edition !== 'enterprise') return startPracticeGateway({ facts, estate: 'empty' });
  return startPracticeGateway({
    facts,
    estate: 'empty',
    workspaces,
    enterprise: {},
    // All whose schemas are known: Enterprise brings more than open source.
    plugins: facts.plugins,
    ...(isLine2 && { version: gateway.version }),
  });
}
