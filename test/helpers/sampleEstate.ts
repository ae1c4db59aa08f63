import type { Entity } from '../../src/estate/entity.js';
import { authorities, certificatePairs, publicKey } from './certificates.js';

const id = (n: number): string => `5a000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ref = (n: number) => ({ id: id(n) });

/** A small estate with something of every kind that every engine can bring back, in an order in which it can be created. */
export const sampleEstate: readonly Entity[] = [
  { kind: 'certificates', fields: { id: id(1), ...certificatePairs[0], tags: ['tls'] } },
  { kind: 'snis', fields: { id: id(2), name: 'shop.example.com', certificate: ref(1) } },
  { kind: 'ca_certificates', fields: { id: id(3), cert: authorities[0] ?? '' } },
  {
    kind: 'services',
    fields: { id: id(4), name: 'orders', host: 'orders.internal', port: 8080, path: '/api', tags: ['team-a', 'prod'] },
  },
  { kind: 'services', fields: { id: id(5), name: 'stock', host: 'stock.internal', protocol: 'https', port: 443 } },
  {
    kind: 'routes',
    fields: {
      id: id(6),
      name: 'orders-list',
      paths: ['/orders'],
      methods: ['GET', 'POST'],
      service: ref(4),
      tags: ['team-a'],
    },
  },
  { kind: 'routes', fields: { id: id(7), paths: ['~/stock/\\d+$'], strip_path: false, service: ref(5) } },
  { kind: 'routes', fields: { id: id(8), name: 'alone', hosts: ['alone.example.com'] } },
  { kind: 'upstreams', fields: { id: id(9), name: 'orders.internal', algorithm: 'least-connections', slots: 100 } },
  { kind: 'targets', fields: { id: id(10), target: '10.0.0.1:80', weight: 10, upstream: ref(9) } },
  { kind: 'targets', fields: { id: id(11), target: '10.0.0.2:80', weight: 0, upstream: ref(9) } },
  { kind: 'consumers', fields: { id: id(12), username: 'alice', custom_id: 'c-1', tags: ['people'] } },
  { kind: 'consumers', fields: { id: id(13), username: 'bob' } },
  { kind: 'keyauth_credentials', fields: { id: id(14), key: 'alice-key-1234', consumer: ref(12) } },
  { kind: 'acls', fields: { id: id(15), group: 'admins', consumer: ref(12) } },
  {
    kind: 'jwt_secrets',
    fields: { id: id(16), key: 'alice-iss', algorithm: 'HS256', secret: 'alice-jwt-secret', consumer: ref(12) },
  },
  { kind: 'hmacauth_credentials', fields: { id: id(17), username: 'alice-h', secret: 'hush', consumer: ref(12) } },
  {
    kind: 'oauth2_credentials',
    fields: {
      id: id(18),
      name: 'app',
      client_id: 'ci',
      client_secret: 'cs',
      redirect_uris: ['https://x.y/z'],
      consumer: ref(13),
    },
  },
  { kind: 'vaults', fields: { id: id(19), name: 'env', prefix: 'my-env', config: { prefix: 'KONG_' } } },
  { kind: 'key_sets', fields: { id: id(20), name: 'signing' } },
  { kind: 'keys', fields: { id: id(21), name: 'k1', kid: 'k-1', set: ref(20), pem: { public_key: publicKey } } },
  {
    kind: 'plugins',
    fields: { id: id(22), name: 'cors', config: { origins: ['https://shop.example'] }, tags: ['prod'] },
  },
  { kind: 'plugins', fields: { id: id(23), name: 'key-auth', service: ref(4) } },
  { kind: 'plugins', fields: { id: id(24), name: 'rate-limiting', config: { minute: 10 }, route: ref(6) } },
  {
    kind: 'plugins',
    fields: {
      id: id(25),
      name: 'request-termination',
      config: { status_code: 418 },
      consumer: ref(13),
      enabled: false,
    },
  },
];
