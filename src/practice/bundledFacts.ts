import type { PluginFacts, SchemaFacts } from '../schema/facts.js';
import { nodeFactsOf } from './nodeFacts.js';

/** The facts without the plugins that an open-source gateway doesn't bring, and with somebody's own. */
export function bundledFacts(facts: SchemaFacts, own: Readonly<Record<string, PluginFacts>> = {}): SchemaFacts {
  const { plugins } = nodeFactsOf(facts.version);
  const bundled = Object.entries(facts.plugins).filter(([name]) => name in plugins);
  return { ...facts, plugins: { ...Object.fromEntries(bundled), ...own } };
}
