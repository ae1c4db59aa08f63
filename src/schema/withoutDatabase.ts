import type { FieldFacts, PluginFacts, SchemaFacts } from './facts.js';

/** Values that need a database: by plugin and field of its configuration. */
const needed: readonly { plugin: string; field: string; value: string }[] = [
  { plugin: 'rate-limiting', field: 'policy', value: 'cluster' },
  { plugin: 'response-ratelimiting', field: 'policy', value: 'cluster' },
];

const made = new WeakMap<SchemaFacts, SchemaFacts>();

/** The facts of a gateway that runs without a database. */
export function withoutDatabase(facts: SchemaFacts): SchemaFacts {
  let narrowed = made.get(facts);
  if (!narrowed) {
    const plugins = { ...facts.plugins };
    for (const { plugin, field, value } of needed) {
      if (plugins[plugin]) plugins[plugin] = without(plugins[plugin], field, value);
    }
    made.set(facts, (narrowed = { ...facts, plugins, database: 'off' }));
  }
  return narrowed;
}

function without(plugin: PluginFacts, name: string, value: string): PluginFacts {
  const { config } = plugin.fields;
  const field = config?.fields?.[name];
  if (!config?.fields || !field?.one_of) return plugin;
  const left = field.one_of.filter((allowed) => allowed !== value);
  const narrowed: FieldFacts = { ...field, one_of: left };
  // Where the database was the default the gateway itself takes the first of the others.
  if (field.default === value && left[0] !== undefined) narrowed.default = left[0];
  return {
    ...plugin,
    fields: { ...plugin.fields, config: { ...config, fields: { ...config.fields, [name]: narrowed } } },
  };
}
