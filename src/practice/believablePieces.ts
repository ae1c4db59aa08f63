import type { JsonObject } from '../core/json.js';
import pems from './believablePems.json';

/** An entity of the believable estate: its kind, and what a person would have posted. */
export type Piece = readonly [kind: string, fields: JsonObject];

const shopCertificate = '8c0c5f6a-52a5-4a7e-9d5e-0c6a3a4c7d01';
const payCertificate = '8c0c5f6a-52a5-4a7e-9d5e-0c6a3a4c7d02';

const service = (name: string): JsonObject => ({ service: { name } });
const route = (name: string): JsonObject => ({ route: { name } });
const consumer = (username: string): JsonObject => ({ consumer: { username } });

const certificates: Piece[] = [
  ['ca_certificates', { cert: pems.authority.cert, tags: ['internal'] }],
  ['certificates', { id: shopCertificate, cert: pems.shop.cert, key: pems.shop.key, tags: ['shop', 'tls'] }],
  ['snis', { name: 'shop.example', certificate: { id: shopCertificate } }],
  ['snis', { name: 'www.shop.example', certificate: { id: shopCertificate }, tags: ['shop'] }],
  ['snis', { name: 'api.shop.example', certificate: { id: shopCertificate } }],
];

const upstreams: Piece[] = [
  [
    'upstreams',
    {
      name: 'catalog.internal',
      algorithm: 'least-connections',
      tags: ['shop'],
      healthchecks: {
        active: {
          http_path: '/healthz',
          healthy: { interval: 10, successes: 2 },
          unhealthy: { http_failures: 3, interval: 5 },
        },
      },
    },
  ],
  ['targets', { target: '10.20.0.11:8080', weight: 100, upstream: { name: 'catalog.internal' } }],
  ['targets', { target: '10.20.0.12:8080', weight: 100, upstream: { name: 'catalog.internal' } }],
  ['targets', { target: '10.20.0.13:8080', weight: 20, upstream: { name: 'catalog.internal' }, tags: ['canary'] }],
  [
    'upstreams',
    {
      name: 'cart.internal',
      algorithm: 'consistent-hashing',
      hash_on: 'header',
      hash_on_header: 'x-session-id',
      tags: ['shop'],
    },
  ],
  ['targets', { target: 'cart-1.internal:8080', upstream: { name: 'cart.internal' } }],
  ['targets', { target: 'cart-2.internal:8080', upstream: { name: 'cart.internal' } }],
];

const services: Piece[] = [
  ['services', { name: 'storefront', url: 'http://storefront.internal:3000', tags: ['shop', 'web'] }],
  ['services', { name: 'catalog', host: 'catalog.internal', path: '/v2', tags: ['shop', 'team-catalog'] }],
  [
    'services',
    { name: 'search', url: 'http://search.internal:9200/products', read_timeout: 3000, tags: ['shop', 'team-catalog'] },
  ],
  ['services', { name: 'cart', host: 'cart.internal', retries: 2, tags: ['shop', 'team-checkout'] }],
  [
    'services',
    {
      name: 'orders',
      url: 'https://orders.internal/api',
      client_certificate: { id: shopCertificate },
      tags: ['shop', 'team-checkout', 'pii'],
    },
  ],
  ['services', { name: 'customers', url: 'https://customers.internal', connect_timeout: 2000, tags: ['shop', 'pii'] }],
  ['services', { name: 'reviews', url: 'http://reviews.internal:8080', tags: ['shop'] }],
  ['services', { name: 'shipping', url: 'http://shipping.partner.example/v1', tags: ['partner'] }],
  ['services', { name: 'legacy-mail', url: 'http://mail.internal:8025', enabled: false, tags: ['legacy'] }],
];

const routes: Piece[] = [
  [
    'routes',
    { name: 'storefront-home', hosts: ['shop.example', 'www.shop.example'], paths: ['/'], ...service('storefront') },
  ],
  [
    'routes',
    { name: 'storefront-assets', paths: ['/assets', '/images'], methods: ['GET', 'HEAD'], ...service('storefront') },
  ],
  [
    'routes',
    { name: 'catalog-browse', paths: ['/api/catalog'], methods: ['GET'], tags: ['public'], ...service('catalog') },
  ],
  [
    'routes',
    {
      name: 'catalog-item',
      paths: ['~/api/catalog/items/(?<sku>[A-Z0-9-]+)$'],
      regex_priority: 10,
      ...service('catalog'),
    },
  ],
  [
    'routes',
    { name: 'catalog-admin', paths: ['/api/catalog/admin'], methods: ['POST', 'PUT', 'DELETE'], ...service('catalog') },
  ],
  ['routes', { name: 'search-products', paths: ['/api/search'], strip_path: true, ...service('search') }],
  ['routes', { name: 'cart-mine', paths: ['/api/cart'], preserve_host: true, ...service('cart') }],
  ['routes', { name: 'orders-mine', paths: ['/api/orders'], tags: ['pii'], ...service('orders') }],
  [
    'routes',
    { name: 'orders-beta', paths: ['/api/orders'], headers: { 'x-beta': ['yes', 'true'] }, ...service('orders') },
  ],
  [
    'routes',
    { name: 'orders-webhook', paths: ['/hooks/orders'], methods: ['POST'], protocols: ['https'], ...service('orders') },
  ],
  ['routes', { name: 'customers-me', paths: ['/api/me'], ...service('customers') }],
  [
    'routes',
    { name: 'customers-lookup', paths: ['/api/customers'], methods: ['GET'], tags: ['pii'], ...service('customers') },
  ],
  ['routes', { name: 'reviews-read', paths: ['/api/reviews'], methods: ['GET'], ...service('reviews') }],
  ['routes', { name: 'reviews-write', paths: ['/api/reviews'], methods: ['POST'], ...service('reviews') }],
  ['routes', { name: 'shipping-quote', hosts: ['api.shop.example'], paths: ['/shipping'], ...service('shipping') }],
  ['routes', { name: 'legacy-mail-in', paths: ['/mail'], ...service('legacy-mail') }],
  ['routes', { name: 'health', paths: ['/ping'], tags: ['ops'] }],
];

const consumers: Piece[] = [
  ['consumers', { username: 'mobile-app', custom_id: 'app-ios-android', tags: ['first-party'] }],
  ['consumers', { username: 'web-frontend', tags: ['first-party'] }],
  ['consumers', { username: 'warehouse', custom_id: 'erp-17', tags: ['internal'] }],
  ['consumers', { username: 'parcel-partner', tags: ['partner'] }],
  ['consumers', { username: 'price-comparison', tags: ['partner'] }],
  ['consumers', { username: 'support-desk', custom_id: 'zendesk', tags: ['internal', 'pii'] }],
  ['consumers', { username: 'anonymous' }],
  ['keyauth_credentials', { key: 'mobile-app-practice-key', ...consumer('mobile-app') }],
  ['keyauth_credentials', { key: 'web-frontend-practice-key', tags: ['rotated'], ...consumer('web-frontend') }],
  ['basicauth_credentials', { username: 'warehouse', password: 'practice-warehouse', ...consumer('warehouse') }],
  ['basicauth_credentials', { username: 'support', password: 'practice-support', ...consumer('support-desk') }],
  ['hmacauth_credentials', { username: 'parcel', secret: 'practice-parcel-secret', ...consumer('parcel-partner') }],
  ['jwt_secrets', { key: 'mobile-app', secret: 'practice-jwt-secret-of-32-letters', ...consumer('mobile-app') }],
  [
    'jwt_secrets',
    {
      key: 'parcel-partner',
      algorithm: 'RS256',
      secret: 'unused',
      rsa_public_key: pems.partner.publicKey,
      ...consumer('parcel-partner'),
    },
  ],
  [
    'oauth2_credentials',
    {
      name: 'Price comparison',
      client_id: 'price-comparison',
      client_secret: 'practice-client-secret',
      redirect_uris: ['https://prices.example/callback'],
      ...consumer('price-comparison'),
    },
  ],
  ['acls', { group: 'first-party', ...consumer('mobile-app') }],
  ['acls', { group: 'first-party', ...consumer('web-frontend') }],
  ['acls', { group: 'staff', ...consumer('warehouse') }],
  ['acls', { group: 'staff', ...consumer('support-desk') }],
];

const plugins: Piece[] = [
  ['plugins', { name: 'prometheus', tags: ['ops'] }],
  [
    'plugins',
    { name: 'correlation-id', config: { header_name: 'x-request-id', generator: 'uuid', echo_downstream: true } },
  ],
  ['plugins', { name: 'cors', config: { origins: ['https://shop.example'], credentials: true, max_age: 3600 } }],
  [
    'plugins',
    { name: 'key-auth', config: { key_names: ['apikey', 'x-api-key'], hide_credentials: true }, ...service('cart') },
  ],
  ['plugins', { name: 'jwt', config: { claims_to_verify: ['exp'] }, ...service('orders') }],
  ['plugins', { name: 'basic-auth', config: { hide_credentials: true }, ...route('catalog-admin') }],
  ['plugins', { name: 'acl', config: { allow: ['staff'], hide_groups_header: true }, ...route('catalog-admin') }],
  ['plugins', { name: 'rate-limiting', config: { minute: 600, hour: 20_000, policy: 'local' } }],
  ['plugins', { name: 'rate-limiting', config: { minute: 60, policy: 'local' }, ...service('search') }],
  ['plugins', { name: 'rate-limiting', config: { second: 2, policy: 'local' }, ...consumer('price-comparison') }],
  ['plugins', { name: 'hmac-auth', config: { enforce_headers: ['date', 'request-line'] }, ...route('shipping-quote') }],
  [
    'plugins',
    { name: 'oauth2', config: { scopes: ['prices'], enable_client_credentials: true }, ...route('catalog-browse') },
  ],
  [
    'plugins',
    { name: 'request-transformer', config: { add: { headers: ['x-shop: corner'] } }, ...service('shipping') },
  ],
  ['plugins', { name: 'request-size-limiting', config: { allowed_payload_size: 2 }, ...route('reviews-write') }],
  [
    'plugins',
    {
      name: 'ip-restriction',
      config: { allow: ['10.0.0.0/8'] },
      instance_name: 'office-only',
      ...route('customers-lookup'),
    },
  ],
  [
    'plugins',
    {
      name: 'request-termination',
      enabled: false,
      config: { status_code: 503, message: 'Back soon' },
      ...route('legacy-mail-in'),
    },
  ],
];

const keysAndVaults: Piece[] = [
  [
    'vaults',
    { name: 'env', prefix: 'shop-env', description: 'Secrets from the environment', config: { prefix: 'SHOP_' } },
  ],
  ['key_sets', { name: 'shop-signing', tags: ['shop'] }],
  [
    'keys',
    {
      name: 'shop-signing-2026',
      kid: 'shop-2026',
      set: { name: 'shop-signing' },
      pem: { public_key: pems.signing.publicKey, private_key: pems.signing.privateKey },
      tags: ['shop'],
    },
  ],
];

/** The shop: workspace `default`. */
export const defaultShop: readonly Piece[] = [
  ...certificates,
  ...upstreams,
  ...services,
  ...routes,
  ...consumers,
  ...plugins,
  ...keysAndVaults,
];

/** Its payments: workspace `payments`. Some names are those of the shop, which is fine in another workspace. */
export const paymentsShop: readonly Piece[] = [
  ['certificates', { id: payCertificate, cert: pems.pay.cert, key: pems.pay.key, tags: ['pci'] }],
  ['snis', { name: 'pay.shop.example', certificate: { id: payCertificate } }],
  ['services', { name: 'payments', url: 'https://payments.internal', retries: 0, tags: ['pci'] }],
  ['services', { name: 'refunds', url: 'https://refunds.internal', tags: ['pci'] }],
  [
    'routes',
    { name: 'pay', hosts: ['pay.shop.example'], paths: ['/pay'], protocols: ['https'], ...service('payments') },
  ],
  ['routes', { name: 'refund', paths: ['/refund'], methods: ['POST'], ...service('refunds') }],
  ['consumers', { username: 'web-frontend', tags: ['first-party'] }],
  ['consumers', { username: 'accounting', custom_id: 'sap-3', tags: ['internal'] }],
  ['keyauth_credentials', { key: 'payments-practice-key', ...consumer('web-frontend') }],
  ['basicauth_credentials', { username: 'accounting', password: 'practice-accounting', ...consumer('accounting') }],
  ['acls', { group: 'finance', ...consumer('accounting') }],
  ['plugins', { name: 'key-auth', config: { hide_credentials: true }, ...service('payments') }],
  ['plugins', { name: 'rate-limiting', config: { minute: 30, policy: 'local' }, ...service('payments') }],
  ['plugins', { name: 'acl', config: { allow: ['finance'] }, ...service('refunds') }],
];
