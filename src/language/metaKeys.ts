/** What a key means that is not Kong's but of the file's format. */
export interface MetaKey {
  type: 'string' | 'boolean' | 'integer' | 'list' | 'map' | 'record';
  /** Markdown, in our own words. */
  text: string;
  fields?: Readonly<Record<string, MetaKey>>;
}

const lookupTags = (kind: string): MetaKey => ({
  type: 'list',
  text: `Tags of ${kind} that this file refers to and another file manages: decK looks them up on the gateway.`,
});

/** Keys at the top of a file, and those of entities that only the format knows. */
export const metaKeys: Readonly<Record<string, MetaKey>> = {
  _format_version: {
    type: 'string',
    text: 'The format of the file, in quotes: `"3.0"` for Kong 3.x, `"1.1"` for Kong 2.x. Without quotes it is a number, and refused.',
  },
  _transform: {
    type: 'boolean',
    text: '`false` says that the file holds credentials as a database stores them, hashed: `kong config db_export` writes it so, and decK refuses such a file. `true`, or nothing, means that Kong hashes what it reads.',
  },
  _workspace: {
    type: 'string',
    text: 'The workspace that the file belongs to. decK syncs into it, and creates it where it is missing.',
  },
  _konnect: {
    type: 'record',
    text: 'Where on Konnect the file belongs.',
    fields: {
      control_plane_name: { type: 'string', text: 'The control plane that decK syncs the file to.' },
      runtime_group_name: { type: 'string', text: 'The older name of `control_plane_name`.' },
    },
  },
  _info: {
    type: 'record',
    text: 'What decK does with the file as a whole: which entities it manages, and what it fills in.',
    fields: {
      select_tags: {
        type: 'list',
        text: 'decK manages only entities that have **all** of these tags: it writes them on everything in the file, and leaves everything else on the gateway alone.',
      },
      defaults: {
        type: 'map',
        text: 'Values that decK fills in where an entity of the file says nothing, by kind: `service`, `route`, `upstream`, `target` …',
        fields: {
          service: { type: 'map', text: 'Values for every service that does not give its own.' },
          route: { type: 'map', text: 'Values for every route that does not give its own.' },
          upstream: { type: 'map', text: 'Values for every upstream that does not give its own.' },
          target: { type: 'map', text: 'Values for every target that does not give its own.' },
        },
      },
      default_lookup_tags: {
        type: 'record',
        text: 'Entities of other files that this one refers to, by their tags.',
        fields: {
          consumers: lookupTags('consumers'),
          consumer_groups: lookupTags('consumer groups'),
          services: lookupTags('services'),
          routes: lookupTags('routes'),
          partials: lookupTags('partials'),
        },
      },
      include_plugin_definitions: {
        type: 'boolean',
        text: '`true` where decK keeps the plugins of your own that the file defines in step, too.',
      },
      skip_hash_for_basic_auth: {
        type: 'boolean',
        text: '`true` where passwords of basic-auth stand as hashes in the file. Only Konnect takes them so.',
      },
      consumer_group_policy_overrides: {
        type: 'boolean',
        text: '`true` where consumer groups override plugins in the old way, by policies of their own.',
      },
    },
  },
  _plugin_configs: {
    type: 'map',
    text: 'Configurations that several plugins share, by a name: a plugin takes one over with `_config`, and its own `config` goes first.',
  },
  _comment: { type: 'string', text: 'A note that Kong reads and forgets.' },
  _ignore: { type: 'list', text: 'Values that Kong reads over.' },
  _config: {
    type: 'string',
    text: 'The name of a configuration under `_plugin_configs` that this plugin starts from.',
  },
  groups: { type: 'list', text: 'The consumer groups that the consumer is in, each by its `name`.' },
  consumers: { type: 'list', text: 'The consumers in the group, each by its `username`.' },
  partials: { type: 'list', text: 'Partials whose configuration the plugin takes over, each by `name` or `id`.' },
  expression: {
    type: 'string',
    text: 'What requests the route takes, on a gateway with `router_flavor = expressions`: `http.path ^= "/orders" && http.method == "GET"`, for one.',
  },
  priority: {
    type: 'integer',
    text: 'Of several routes whose `expression` fits a request, the one with the highest takes it.',
  },
  tls_sans: { type: 'record', text: 'Names that the certificate of the upstream must be for.' },
  failover: { type: 'boolean', text: 'Whether the target takes requests only when no other is healthy.' },
};
