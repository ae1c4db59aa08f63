import type { Manifest } from '../core/snapshot.js';
import type { SchemaSource } from '../schema/facts.js';
import type { PracticeGatewayOptions } from './practiceGateway.js';

/**
 * How to start an empty gateway of a snapshot's line of versions and its edition, to restore it into: 2.8 for all of 2.x, 3.9 for
 * all others. The gateway itself is loaded by who starts it.
 */
export async function drillGateway(
  schemas: SchemaSource,
  { gateway, workspaces }: Pick<Manifest, 'gateway' | 'workspaces'>,
): Promise<PracticeGatewayOptions> {
  const isLine2 = gateway.version.startsWith('2.');
  const facts = await schemas.facts(isLine2 ? '2.8' : '3.9');
  if (gateway.edition !== 'enterprise') return { facts, estate: 'empty' };
  return {
    facts,
    estate: 'empty',
    workspaces,
    enterprise: {},
    // All whose schemas are known: Enterprise brings more than open source.
    plugins: facts.plugins,
    ...(isLine2 && { version: gateway.version }),
  };
}
