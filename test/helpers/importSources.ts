const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const [service, route, consumer, upstream] = [uuid(1), uuid(2), uuid(3), uuid(4)].map((id) => ({ id }));

const estate = {
  service: { ...service, name: 'shop', host: 'shop.internal', port: 80, protocol: 'http', created_at: 1580000000 },
  route: { ...route, name: 'shop-route', paths: ['/shop'], created_at: 1580000000 },
  consumer: { ...consumer, username: 'alice', created_at: 1580000000 },
  key: { id: uuid(5), key: 'the-key-of-alice' },
  group: { id: uuid(6), group: 'staff' },
  plugin: { id: uuid(7), name: 'key-auth', config: { key_names: ['apikey'] }, enabled: true },
  upstream: { ...upstream, name: 'shop.internal' },
  target: { id: uuid(8), target: '10.0.0.1:80', weight: 100, upstream },
};

/** What Konga's later versions let one download: entities as the Admin API of Kong 1.x shows them. */
export const laterKonga = (more: object = {}) => ({
  id: 4,
  name: 'before the move',
  kong_node_name: 'kong',
  kong_node_url: 'http://kong:8001',
  kong_version: '1.3.0',
  createdAt: '2020-03-04T05:06:07.000Z',
  data: {
    services: [{ ...estate.service, extras: { kong_node_id: 1 } }],
    routes: [{ ...estate.route, service }],
    consumers: [{ ...estate.consumer, credentials: { 'key-auths': [{ ...estate.key, consumer }], 'basic-auths': [] } }],
    plugins: [{ ...estate.plugin, service, route: null, consumer: null }],
    acls: [{ ...estate.group, consumer }],
    upstreams: [{ ...estate.upstream, targets: [estate.target] }],
    certificates: [],
    snis: [],
    ...more,
  },
});

/** What its earlier versions wrote: routes and plugins inside of services, credentials by endpoints without an s. */
export const earlierKonga = () => ({
  name: 'old',
  kong_version: '0-14-x',
  data: {
    apis: [{ id: uuid(9), name: 'legacy', upstream_url: 'http://legacy' }],
    services: [
      {
        ...estate.service,
        routes: [{ ...estate.route, service }],
        plugins: [{ ...estate.plugin, service_id: service?.id }],
      },
    ],
    routes: [],
    plugins: [],
    consumers: [
      {
        ...estate.consumer,
        acls: [{ ...estate.group, consumer_id: consumer?.id }],
        plugins: [],
        credentials: { 'key-auth': [{ ...estate.key, consumer_id: consumer?.id }], jwt: [] },
      },
    ],
    upstreams: [{ ...estate.upstream, orderlist: [1, 2, 3] }],
    upstream_targets: [{ ...estate.target, upstream: undefined, upstream_id: upstream?.id }],
  },
});

/** A dump in text as pg_dump writes it, of a database that has the one table by which Kong's are known. */
export const textDump = (changes: { table?: string; rows?: string; end?: string } = {}): string => `--
-- PostgreSQL database dump
--

-- Dumped from database version 15.4
-- Dumped by pg_dump version 15.4

SET standard_conforming_strings = on;

CREATE TABLE public.${changes.table ?? 'schema_meta'} (
    key text NOT NULL,
    subsystem text NOT NULL,
    last_executed text,
    executed text[],
    pending text[]
);

COPY public.${changes.table ?? 'schema_meta'} (key, subsystem, last_executed, executed, pending) FROM stdin;
${changes.rows ?? 'schema_meta\tcore\t016_280_to_300\t{000_base}\t{}\n'}${
  changes.end ??
  `\\.


--
-- PostgreSQL database dump complete
--
`
}`;
