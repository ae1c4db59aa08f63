import type { Finding } from '../../src/language/checks/check.js';
import type { DiagnosticCode } from '../../src/language/diagnosticCodes.js';
import type { FileKind } from '../../src/language/validate.js';
import type { ValidationRules } from '../../src/language/rules.js';

export interface DiagnosticExample {
  /** What a gateway said that was asked. */
  heard?: readonly Finding[];
  text: string;
  /** What to print where the text itself is too long or can't be printed. */
  shown?: string;
  /** decK's format when absent. */
  kind?: FileKind;
  /** 3.9 when absent. */
  version?: string;
  rules?: ValidationRules;
}

const head = '_format_version: "3.0"\n';
const service = 'services:\n- name: orders\n  host: orders.internal\n';
const route = (path: string): string => `${head}routes:\n- name: items\n  paths:\n  - ${path}\n`;
const bomb = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);

/** A file for each code that gives that code. A test holds them to it, and the docs show them. */
export const diagnosticExamples: Readonly<Record<DiagnosticCode, DiagnosticExample>> = {
  'yaml-syntax': { text: `${head}services:\n- name: [orders\n` },
  'not-text': { text: `${head}# \0\n`, shown: 'a file with a NUL byte, or in Latin-1' },
  'line-too-long': {
    text: `${head}a: !!str ${'x'.repeat(4_000_001)}`,
    shown: 'a line of more than four million characters',
  },
  'too-large': {
    text: `${head}a: !!str b\n${'# …\n'.repeat(1_300_000)}`,
    shown: 'five million characters, with a tag: a: !!str b',
  },
  'too-deep': { text: `${head}a: ${'['.repeat(10_000)}`, shown: 'a: [[[[[[ … ten thousand levels' },
  'alias-cycle': { text: `${head}services: &all\n- *all\n` },
  'alias-bomb': {
    text: `${head}l0: &l0 [x, x]\n${bomb.join('\n')}\n`,
    shown: 'l0: &l0 [x, x]\nl1: &l1 [*l0, *l0, *l0, *l0, *l0, *l0, *l0, *l0, *l0, *l0]\n# … and so on',
  },
  'not-declarative': { text: 'hello\n' },
  'more-findings': {
    text: `${head}services:\n${'- nam: orders\n'.repeat(501)}`,
    shown: `${head}services:\n- nam: orders\n- nam: orders\n# … and so on, five hundred times`,
  },
  'further-document': { text: `${head}${service}---\nroutes: []\n` },
  'duplicate-key': { text: `${head}services:\n- name: orders\n  host: a\n  host: b\n` },
  'deck-only': { text: `${head}_info: {}\n${service}`, kind: 'dbless' },
  'dbless-only': { text: `${head}acls:\n- group: staff\n  consumer: ada\n` },
  'unknown-field': { text: `${head}services:\n- name: orders\n  hots: orders.internal\n` },
  required: { text: `${head}services:\n- name: orders\n` },
  'wrong-type': { text: `${head}services:\n- name: orders\n  host: h\n  port: http\n` },
  'not-in-enum': { text: `${head}services:\n- name: orders\n  host: h\n  protocol: htp\n` },
  'out-of-range': { text: `${head}services:\n- name: orders\n  host: h\n  port: 99999\n` },
  'wrong-length': { text: `${head}services:\n- name: orders\n  host: ""\n` },
  'wrong-format': { text: `${head}services:\n- name: orders\n  host: h\n  path: orders\n` },
  'wrong-value': {
    text: `${head}plugins:\n- name: rate-limiting\n  config:\n    minute: 5\n    redis_host: one\n    redis: {host: another}\n`,
  },
  'wrong-scope': {
    text: `${head}${service}plugins:\n- name: acme\n  service: orders\n  config:\n    account_email: ada@example.com\n    tos_accepted: true\n`,
  },
  'entity-check': { text: `${head}plugins:\n- name: rate-limiting\n  config: {}\n` },
  'unknown-plugin': { text: `${head}plugins:\n- name: rate-limitting\n` },
  'unresolved-reference': { text: `${head}plugins:\n- name: cors\n  service: nowhere\n` },
  'reference-mismatch': { text: `${head}${service}  routes:\n  - name: r\n    service: {name: other}\n` },
  'not-unique': { text: `${head}${service}- name: orders\n  host: other.internal\n` },
  'nested-snis': {
    text: `${head}certificates:\n- cert: …\n  key: …\n  snis:\n  - name: example.com\nconsumers:\n- username: ada\n  basicauth_credentials:\n  - username: ada\n    password: open sesame\n`,
    kind: 'dbless',
  },
  'empty-file': { text: head },
  'router-regex': { text: route('~/items/(?!new)') },
  'unknown-schema': {
    text: `${head}plugins:\n- name: our-plugin\n  config: {a: 1}\n`,
    rules: { customPlugins: ['our-plugin'] },
  },
  'dropped-plugin': {
    text: `${head}${service}  plugins:\n  - name: rate-limiting\n    config: {minute: 5, redis_port: none}\n`,
    kind: 'dbless',
  },
  'hashed-credential': {
    text: `${head}consumers:\n- username: ada\n  basicauth_credentials:\n  - username: ada\n    password: a94a8fe5ccb19ba61c4c0873d391e987982fbbd3\n`,
  },
  'plaintext-secret': {
    text: `${head}plugins:\n- name: rate-limiting\n  config:\n    minute: 5\n    policy: redis\n    redis: {host: redis, password: open sesame}\n`,
  },
  'unknown-memory': {
    text: `${head}plugins:\n- name: proxy-cache\n  config:\n    strategy: memory\n    memory: {dictionary_name: our_cache}\n`,
  },
  'select-tags': {
    text: `${head}_info:\n  select_tags: [team-a]\nservices:\n- name: orders\n  host: h\n  tags: [team-a]\n- name: users\n  host: h\n`,
  },
  'deprecated-field': {
    text: `${head}plugins:\n- name: rate-limiting\n  config: {minute: 5, policy: redis, redis_host: redis}\n`,
  },
  'regex-path': { text: route('/items/[0-9]+') },
  'format-version': { text: `_format_version: "1.1"\n${service}` },
  'unknown-comment': { text: `# kong-backup: ignore plaintext\n${head}${service}` },
  'env-template': { text: `${head}services:\n- name: orders\n  host: \${{ env "ORDERS_HOST" }}\n` },
  'gateway-refuses': {
    text: `${head}plugins:\n- name: our-plugin\n  config:\n    level: 9\n`,
    rules: { customPlugins: ['our-plugin'] },
    heard: [
      {
        severity: 'error',
        code: 'gateway-refuses',
        path: ['plugins', 0, 'config', 'level'],
        message: '`config.level`: value should be between 1 and 5.',
        source: 'Kong 3.9.3 (staging)',
      },
    ],
  },
};
