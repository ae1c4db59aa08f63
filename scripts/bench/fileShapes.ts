import { dump, load } from 'js-yaml';
import { FileWriter } from './generateFile.js';

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
type Entity = { [key: string]: Value };
/** A file's lists by kind. */
export type Estate = Record<string, Entity[]>;

/** The same estate as other tools and people write it. Each but those with faults is a file that a gateway takes. */
export interface FileShape {
  name: string;
  /** What the file is called behind its dot. */
  extension: 'yaml' | 'json';
  /** True where no gateway would take it. */
  faults: boolean;
  write(estate: Estate): string;
}

/** An estate of at least this many entities, as plain values. */
export function estateOf(least: number, pair: { cert: string; key: string }): { estate: Estate; entities: number } {
  const { text, entities } = new FileWriter({ entities: least, ids: false, format: '3.0', pair }).write();
  const { _format_version: _, ...estate } = load(text) as { _format_version: string } & Estate;
  return { estate: estate as Estate, entities };
}

const head = (rest: Entity = {}): Entity => ({ _format_version: '3.0', ...rest });
const plainYaml = { lineWidth: -1, noRefs: true };
const yaml = (value: object, options: object = {}): string => dump(value, { ...plainYaml, ...options });

/** Every entity of a kind, wherever it stands, replaced by what a function makes of it. */
function changed(estate: Estate, change: (kind: string, entity: Entity) => Entity): Estate {
  const inside = (kind: string, entity: Entity): Entity => {
    const made = change(kind, entity);
    return Object.fromEntries(
      Object.entries(made).map(([key, value]) =>
        childKinds.has(key) && Array.isArray(value)
          ? [key, (value as Entity[]).map((child) => inside(key, child))]
          : [key, value],
      ),
    );
  };
  return Object.fromEntries(Object.entries(estate).map(([kind, list]) => [kind, list.map((one) => inside(kind, one))]));
}

const childKinds: ReadonlySet<string> = new Set([
  'acls',
  'basicauth_credentials',
  'jwt_secrets',
  'keyauth_credentials',
  'plugins',
  'routes',
  'snis',
  'targets',
]);

const parents: Readonly<Record<string, [field: string, name: string]>> = {
  certificates: ['certificate', 'id'],
  consumers: ['consumer', 'username'],
  routes: ['route', 'name'],
  services: ['service', 'name'],
  upstreams: ['upstream', 'name'],
};

/** All kinds at the top, with references to parents by what `refer` says. */
function flat(estate: Estate, refer: (kind: string, parent: Entity) => Value): Estate {
  const lists: Estate = {};
  const put = (kind: string, entity: Entity, parent?: Entity): void => {
    const own = Object.entries(entity).filter(([key]) => !childKinds.has(key));
    (lists[kind] ??= []).push({ ...Object.fromEntries(own), ...parent });
    const [field] = parents[kind] ?? [];
    for (const [key, children] of Object.entries(entity)) {
      if (!childKinds.has(key) || !Array.isArray(children) || field === undefined) continue;
      for (const child of children as Entity[]) put(key, child, { [field]: refer(kind, entity) });
    }
  };
  for (const [kind, list] of Object.entries(estate)) for (const entity of list) put(kind, entity);
  return lists;
}

const byName = (kind: string, entity: Entity): Value => entity[parents[kind]?.[1] ?? ''] ?? null;

/** What stands in a database: ids and times everywhere, null where nothing was given. */
function withRows(estate: Estate): Estate {
  let count = 0;
  const id = (): string => `00000000-0000-4000-a000-${(count++).toString(16).padStart(12, '0')}`;
  const nulls: Readonly<Record<string, readonly string[]>> = {
    certificates: ['cert_alt', 'key_alt', 'tags'],
    consumers: ['custom_id', 'tags'],
    plugins: ['consumer', 'instance_name', 'route', 'service', 'tags'],
    routes: ['destinations', 'headers', 'hosts', 'methods', 'paths', 'snis', 'sources', 'tags'],
    services: ['ca_certificates', 'client_certificate', 'path', 'tags', 'tls_verify', 'tls_verify_depth'],
    upstreams: [
      'client_certificate',
      'hash_fallback_header',
      'hash_on_cookie',
      'hash_on_header',
      'host_header',
      'tags',
    ],
  };
  return changed(estate, (kind, entity) => ({
    created_at: 1700000000,
    id: id(),
    ...Object.fromEntries((nulls[kind] ?? ['tags']).map((field) => [field, null])),
    ...entity,
  }));
}

/** As `kong config db_export` prints it. */
const exported = (estate: Estate): string =>
  yaml(head({ _transform: false, ...flat(withRows(estate), (_, { id }) => id ?? null) }), {
    noArrayIndent: true,
  }).replace(/: null$/gm, ': ~');

/** A remark for each entity of the top, blank lines between them. */
const commented = (text: string): string =>
  text.replace(/^(- .*)$/gm, '\n# One more of these: see the wiki.\n$1 # as agreed');

const long =
  'This part of the shop is closed for a while, because somebody changes what is behind it. Come back in an hour or two, ' +
  'and if it is still closed then, write to the people who look after it: they may not know of it yet.';

const withLongText = (estate: Estate): Estate =>
  changed(estate, (kind, entity) =>
    kind === 'plugins' && entity['name'] === 'correlation-id'
      ? { ...entity, name: 'request-termination', config: { message: long, status_code: 503 } }
      : entity,
  );

/** The same plugins and tags, written once and named elsewhere. */
function withAnchors(estate: Estate): Estate {
  const known = new Map<string, Value>();
  const shared = (value: Value): Value => {
    const text = JSON.stringify(value);
    if (!known.has(text)) known.set(text, value);
    return known.get(text) ?? null;
  };
  return changed(estate, (_, entity) =>
    Object.fromEntries(
      Object.entries(entity).map(([key, value]) => [key, key === 'config' || key === 'tags' ? shared(value) : value]),
    ),
  );
}

const defaults: Entity = {
  service: { connect_timeout: 60000, read_timeout: 60000, retries: 5, write_timeout: 60000 },
  route: { https_redirect_status_code: 426, path_handling: 'v0', preserve_host: false, strip_path: true },
  upstream: { hash_on: 'none', slots: 10000 },
};

/** Without what the file's `_info.defaults` say. */
const lean = (estate: Estate): Estate =>
  changed(estate, (kind, entity) => {
    const filled = (defaults[kind.replace(/s$/, '')] ?? {}) as Entity;
    return Object.fromEntries(Object.entries(entity).filter(([key]) => !(key in filled)));
  });

/** Plugins whose settings stand at the top, once. */
function sharing(estate: Estate): Entity {
  const configs: Entity = {};
  const lists = changed(estate, (kind, entity) => {
    if (kind !== 'plugins') return entity;
    const { config = {}, ...rest } = entity;
    configs[`all-${String(entity['name'])}`] = config;
    return { ...rest, _config: `all-${String(entity['name'])}` };
  });
  return { _plugin_configs: configs, ...lists };
}

const withUrls = (estate: Estate): Estate =>
  changed(estate, (kind, entity) => {
    if (kind !== 'services') return entity;
    const { host, port, path = '', protocol, ...rest } = entity;
    return { ...rest, url: `${String(protocol)}://${String(host)}:${String(port)}${String(path)}` };
  });

const withTemplates = (estate: Estate): Estate =>
  changed(estate, (kind, entity) => {
    if (kind === 'services')
      return { ...entity, host: '${{ env "DECK_HOST" }}', port: '${{ env "DECK_PORT" | toInt }}' };
    return kind === 'keyauth_credentials' ? { key: `\${{ env "DECK_KEY" }}-${String(entity['key'])}` } : entity;
  });

const shape = (name: string, write: FileShape['write'], extension: FileShape['extension'] = 'yaml'): FileShape => ({
  name,
  extension,
  faults: false,
  write,
});

/** Each hundredth service with a port that is none. */
const withFaults = (estate: Estate): Estate => ({
  ...estate,
  services: (estate['services'] ?? []).map((one, index) => (index % 100 === 0 ? { ...one, port: 'many' } : one)),
});

export const fileShapes: readonly FileShape[] = [
  shape('nested, as decK dumps it', (estate) => yaml(head(estate), { noArrayIndent: true })),
  shape('lists indented', (estate) => yaml(head(estate))),
  shape('flat, DB-less', (estate) => yaml(head(flat(estate, byName)))),
  shape('kong config db_export', exported),
  shape('JSON, indented', (estate) => JSON.stringify(head(estate), null, 2), 'json'),
  shape('JSON on one line', (estate) => JSON.stringify(head(estate)), 'json'),
  shape('JSON named .yaml', (estate) => JSON.stringify(head(estate), null, 2)),
  shape('Windows line ends', (estate) => yaml(head(estate)).replaceAll('\n', '\r\n')),
  shape('flow lists and maps', (estate) => yaml(head(estate), { flowLevel: 4 })),
  shape('all text in double quotes', (estate) => yaml(head(estate), { forceQuotes: true, quotingType: '"' })),
  shape('all text in single quotes', (estate) => yaml(head(estate), { forceQuotes: true })),
  shape('folded text', (estate) => yaml(head(withLongText(estate)), { lineWidth: 80 })),
  shape('anchors and aliases', (estate) => yaml(head(withAnchors(estate)), { noRefs: false })),
  shape('comments', (estate) => commented(yaml(head(estate), { noArrayIndent: true }))),
  shape('_info.defaults', (estate) => yaml(head({ _info: { defaults, select_tags: ['shop'] }, ...lean(estate) }))),
  shape('_plugin_configs', (estate) => yaml(head(sharing(estate)))),
  shape('url of services', (estate) => yaml(head(withUrls(estate)))),
  shape('environment templates', (estate) => yaml(head(withTemplates(estate)))),
  { ...shape('some faults', (estate) => yaml(head(withFaults(estate)))), faults: true },
  { ...shape('some faults, JSON', (estate) => JSON.stringify(head(withFaults(estate))), 'json'), faults: true },
];
