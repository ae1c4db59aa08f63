import type { Entity } from './entity.js';

/** The kinds and plugins that these entities are of. */
export function schemasOf(entities: Iterable<Entity>): { kinds: Set<string>; plugins: Set<string> } {
  const wanted = { kinds: new Set<string>(), plugins: new Set<string>() };
  for (const { kind, fields } of entities) {
    wanted.kinds.add(kind);
    if (kind === 'plugins' && typeof fields['name'] === 'string') wanted.plugins.add(fields['name']);
  }
  return wanted;
}
