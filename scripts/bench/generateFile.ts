export interface FileShape {
  /** At least as many, counting nested ones. */
  entities: number;
  ids: boolean;
  /** `3.0`, or `1.1` for old tools, which know fewer fields. */
  format: '3.0' | '1.1';
  /** A certificate and its key, as PEM. */
  pair: { cert: string; key: string };
}

/** Text that is the same each time: the sequence of a small congruential generator. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const domains = 'orders payments users catalog search inventory shipping cart profile media invoices reports'.split(
  ' ',
);
const teams = 'platform checkout growth data identity'.split(' ');

/** Writes a decK file as `deck dump` does: an estate that somebody might run. Parts hang together, and Kong would take it. */
export class FileWriter {
  private readonly lines: string[] = [];
  private readonly random = numbers(7);
  private count = 0;

  constructor(private readonly shape: FileShape) {}

  write(): { text: string; entities: number } {
    const services: string[] = [];
    const consumers: string[] = [];
    const upstreams: string[] = [];
    const certificates: string[] = [];
    for (let index = 0; this.count < this.shape.entities; index++) {
      services.push(this.into(() => this.service(index)));
      consumers.push(this.into(() => this.consumer(index)));
      if (index % 4 === 0) upstreams.push(this.into(() => this.upstream(index)));
      if (index % 50 === 0) certificates.push(this.into(() => this.certificate(index)));
    }
    const text = [
      `_format_version: "${this.shape.format}"\n`,
      `certificates:\n${certificates.join('')}`,
      `consumers:\n${consumers.join('')}`,
      `services:\n${services.join('')}`,
      `upstreams:\n${upstreams.join('')}`,
    ].join('');
    return { text, entities: this.count };
  }

  private into(write: () => void): string {
    this.lines.length = 0;
    write();
    return `${this.lines.join('\n')}\n`;
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  private hex(length: number): string {
    let text = '';
    while (text.length < length) text += Math.floor(this.random() * 16).toString(16);
    return text;
  }

  /** The first line of an entity bears the dash. */
  private entity(indent: string, lines: readonly string[]): void {
    this.count++;
    const all = this.shape.ids ? [`id: ${this.uuid()}`, ...lines] : lines;
    all.forEach((line, index) => this.lines.push(`${indent}${index === 0 ? '- ' : '  '}${line}`));
  }

  private uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }

  private service(index: number): void {
    const domain = domains[index % domains.length]!;
    const name = `${domain}-${this.pick(teams)}-${index}`;
    this.entity('', [
      'connect_timeout: 60000',
      `host: ${index % 4 === 0 ? `upstream-${index}.internal` : `${name}.svc.cluster.local`}`,
      `name: ${name}`,
      ...(this.random() < 0.5 ? [`path: /${domain}/v1`] : []),
      `port: ${this.pick([80, 8080, 8443])}`,
      `protocol: ${this.pick(['http', 'https'])}`,
      'read_timeout: 60000',
      'retries: 5',
      `tags:\n  - ${this.pick(teams)}\n  - env-prod`,
      'write_timeout: 60000',
    ]);
    this.lines.push('  plugins:');
    this.plugin('  ', index);
    this.plugin('  ', index + 1);
    this.lines.push('  routes:');
    for (let route = 0; route < 3; route++) {
      this.route(name, domain, index, route);
      if (route === 0) {
        this.lines.push('    plugins:');
        this.plugin('    ', index + 2);
      }
    }
  }

  private route(service: string, domain: string, index: number, route: number): void {
    this.entity('  ', [
      ...(this.random() < 0.4 ? [`hosts:\n    - api.${domain}.example.com`] : []),
      'https_redirect_status_code: 426',
      'methods:\n    - GET\n    - POST',
      `name: ${service}-route-${route}`,
      'path_handling: v0',
      `paths:\n    - /${domain}/${index}/r${route}`,
      'preserve_host: false',
      'protocols:\n    - http\n    - https',
      'regex_priority: 0',
      ...(this.shape.format === '1.1' ? [] : ['request_buffering: true', 'response_buffering: true']),
      'strip_path: true',
    ]);
  }

  private plugin(indent: string, index: number): void {
    const [name = '', ...config] = plugins[index % plugins.length]!;
    const lines = ['config:', ...config.map((line) => `  ${line}`), 'enabled: true', `name: ${name}`];
    this.entity(indent, [...lines, `protocols:\n${indent}  - http\n${indent}  - https`]);
  }

  private consumer(index: number): void {
    this.entity('', [
      `custom_id: customer-${this.hex(12)}`,
      `tags:\n  - ${this.pick(teams)}`,
      `username: client-${this.pick(domains)}-${index}`,
    ]);
    this.lines.push('  acls:');
    this.entity('  ', [`group: group-${this.pick(teams)}`]);
    this.lines.push('  keyauth_credentials:');
    this.entity('  ', [`key: ${this.hex(31)}k`]);
    if (this.random() < 0.3) {
      this.lines.push('  basicauth_credentials:');
      this.entity('  ', [`password: ${this.hex(39)}p`, `username: user-${index}`]);
    }
    if (this.random() < 0.2) {
      this.lines.push('  jwt_secrets:');
      this.entity('  ', ['algorithm: HS256', `key: ${this.hex(31)}j`, `secret: ${this.hex(31)}s`]);
    }
  }

  private upstream(index: number): void {
    this.entity('', [
      'algorithm: round-robin',
      'hash_fallback: none',
      'hash_on: none',
      'hash_on_cookie_path: /',
      ...healthchecks,
      `name: upstream-${index}.internal`,
      'slots: 10000',
    ]);
    this.lines.push('  targets:');
    for (let target = 0; target < 3; target++) {
      const octets = [0, 0, 0].map(() => Math.floor(this.random() * 256));
      this.entity('  ', [`target: 10.${octets.join('.')}:8080`, 'weight: 100']);
    }
  }

  private certificate(index: number): void {
    const block = (text: string): string => `|\n${text.trimEnd().replace(/^/gm, '    ')}`;
    const { cert, key } = this.shape.pair;
    const id = this.shape.ids ? [] : [`id: ${this.uuid()}`];
    this.entity('', [...id, `cert: ${block(cert)}`, `key: ${block(key)}`]);
    this.lines.push('  snis:');
    this.entity('  ', [`name: host-${index}.example.com`]);
  }
}

const plugins: readonly string[][] = [
  ['rate-limiting', 'fault_tolerant: true', 'hide_client_headers: false', 'hour: 5000', 'minute: 120', 'policy: local'],
  ['key-auth', 'hide_credentials: true', 'key_in_body: false', 'key_names:', '- apikey', '- x-api-key'],
  [
    'cors',
    'credentials: true',
    'max_age: 3600',
    'methods:',
    '- GET',
    '- POST',
    'origins:',
    '- https://www.example.com',
  ],
  [
    'request-transformer',
    'add:',
    '  headers:',
    '  - x-tenant:a',
    '  querystring: []',
    'remove:',
    '  headers:',
    '  - x-b',
  ],
  ['http-log', 'content_type: application/json', 'http_endpoint: http://logs.example.com:8080/in', 'method: POST'],
  ['acl', 'allow:', '- group-platform', '- group-data', 'hide_groups_header: true'],
  ['ip-restriction', 'allow:', '- 10.0.0.0/8', '- 192.168.7.0/24'],
  ['correlation-id', 'echo_downstream: true', 'generator: uuid#counter', 'header_name: Kong-Request-ID'],
];

const statuses = (name: string, ...codes: number[]): string[] => [
  `      ${name}:`,
  ...codes.map((code) => `      - ${code}`),
];

const healthchecks: readonly string[] = [
  'healthchecks:',
  '  active:',
  '    concurrency: 10',
  '    healthy:',
  ...statuses('http_statuses', 200, 302),
  '      interval: 0',
  '      successes: 0',
  '    http_path: /healthz',
  '    https_verify_certificate: true',
  '    timeout: 1',
  '    type: http',
  '    unhealthy:',
  '      http_failures: 0',
  ...statuses('http_statuses', 429, 404, 500, 501, 502, 503, 504, 505),
  '      interval: 0',
  '      tcp_failures: 0',
  '      timeouts: 0',
  '  passive:',
  '    healthy:',
  ...statuses('http_statuses', 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305),
  '      successes: 0',
  '    unhealthy:',
  '      http_failures: 0',
  ...statuses('http_statuses', 429, 500, 503),
  '      tcp_failures: 0',
  '      timeouts: 0',
];
