import type { CheckInput, Finding } from './check.js';

/** A plugin that is known to be there and whose schema is not: what it is configured with nobody has checked. */
export function* uncheckedPlugins({ facts, model }: CheckInput): Generator<Finding> {
  for (const { kind, path, value } of model.entities) {
    const { name } = value;
    if (kind !== 'plugins' || typeof name !== 'string' || !Object.hasOwn(facts.plugins, name)) continue;
    if (Object.keys(facts.plugins[name]!.fields).length > 0) continue;
    const message = `The schema of the plugin \`${name}\` is not known here, so its \`config\` is not checked.`;
    yield { severity: 'information', code: 'unknown-schema', message, path: [...path, 'name'] };
  }
}
