const deck = `_format_version: "3.0"
_info:
  select_tags: [shop]
services:
- name: orders
  url: http://orders.internal:8080/v1
  tags: [shop, "größe"]
  routes:
  - name: orders
    paths: [/orders, "~/o/\\\\d+$", /a/*]
    plugins:
    - name: rate-limiting
      config: {minute: 5, minute: 6, policy: redis, redis: {host: redis.internal, password: secret}}
# kong-backup: ignore regex-path
- name: stock
  host: stock.internal
  routes:
  - name: stock
    paths:
    - /b/*
- name: orders
  host: x

consumers:
- username: ann
  keyauth_credentials:
  - key: abc
- username: ann
  basicauth_credentials:
  - username: u
    password: 0123456789012345678901234567890123456789
plugins:
- name: cors
  service: orders
- name: cors
  service: nobody
`;

const dbless = `_format_version: "3.0"
_transform: true
_comment: 12
_ignore: [a]
services:
  - name: a
    host: h
  - name: b
    host: |
      two
      lines
routes:
  - name: r
    service: a
    paths: [/x]
  - name: s
    service: c
    paths: &p
      - /y
certificates:
  - cert: x
    key: y
    snis:
      - name: z.example.com
consumers:
  - username: u
    basicauth_credentials:
      - username: n
        password: p
`;

const knotted = `_format_version: "3.0"
services:
- &first {name: a, host: h, tags: [x, y]}
- <<: *first
  name: b
- name: c
  host: &host h
  tags: &tags
  - *host
`;

const several = 'services: [{name: a, host: h}]\n---\n_format_version: "3.0"\n';

/** What edits start from. */
export const bases = [
  deck,
  deck,
  dbless,
  knotted,
  several,
  deck.replaceAll('\n', '\r\n'),
  JSON.stringify({ _format_version: '3.0', services: [{ name: 'a', host: 'h' }] }, null, 1),
  '',
];

/** What is typed or pasted. */
export const pieces = [
  '',
  '',
  'x',
  'a',
  ' ',
  '\n',
  '\n  ',
  '- ',
  '-',
  ':',
  ': ',
  '#',
  ' #',
  '"',
  "'",
  '|',
  '>',
  '{',
  '}',
  '[',
  ']',
  ',',
  '*a',
  '*first',
  '&a ',
  '<<: ',
  '\t',
  '---\n',
  '...\n',
  '\r',
  '😀',
  '\ufffd',
  '~',
  '%',
  '${{ env "DECK_A" }}',
  '"${{ env "DECK_A" }}"',
  '  path: null\n',
  '- host: z\n',
  '  groups: [{name: g}]\n',
  'consumer_groups:\n- name: g\n',
  '_plugin_configs: {c: {}}\n',
  '  _config: c\n',
  '  partials: [{name: p}]\n',
  '# kong-backup: ignore-file regex-path\n',
  '# kong-backup: ignore not-unique\n',
  '# kong-backup: nonsense\n',
  '# kong-backup: format=dbless\n',
  '_comment: [x]\n',
  '    _ignore: {a: b}\n',
  'name',
  'orders',
  'services:\n',
  'plugins:\n',
  '- name: new\n',
  '- name: orders\n',
  '_format_version: "1.1"\n',
  '  host: y\n',
  'partials:\n- name: p\n  type: redis-ce\n',
  'null',
  '!!str ',
];
