import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { readDocument, treeDocument, type KongDocument } from '../../../src/language/document.js';
import { decodeFile } from '../../../src/language/fileBytes.js';
import { LineIndex } from '../../../src/language/lineIndex.js';
import { parseAnyText, readInAnyColumn } from '../../../src/language/parse.js';
import { validateDocument, type Verdict } from '../../../src/language/validate.js';
import { facts28, facts39 } from './facts.js';

const runs = Number(process.env['KONG_BACKUP_RUNS'] ?? 100);

const byHand = `_format_version: "3.0"
_info:
  select_tags: [shop]
services:
- name: orders
  url: http://orders.internal:8080/v1
  tags: [shop, "größe"]
  retries: 5
  routes:
  - name: orders
    paths: [/orders, "~/o/\\\\d+$"]
    methods: [GET, POST]
    headers: {x-version: ["1", two]}
    plugins:
    - name: rate-limiting
      config: {minute: 5, policy: redis, redis: {host: redis.internal, port: 6379}}
  - name: "orders #2" # the second
    hosts:
    - "*.example.com"
    strip_path: no
- name: 'stock'
  host: stock.internal
  port: 0x50
consumers:
- username: ann
  custom_id: "\\u00e9"
  keyauth_credentials:
  - key: '{vault://env/ann}'
  plugins:
  - name: request-termination
    config:
      status_code: 503
      body: |
        {"closed": true}

        Until: tomorrow
upstreams:
- name: shop.v1
  algorithm: round-robin
  targets:
  - target: 10.0.0.1:80
    weight: 100
  - target: "[::1]:80"
`;

const written = `_format_version: "3.0"
_transform: false
services:
- id: 5b1484f2-5209-49d9-b43e-92ba09dd9d52
  name: orders
  host: orders.internal
  port: 80
  path: ~
  tags:
  - shop
  created_at: 1700000000
routes:
- id: d35165e2-d03e-461a-bdeb-dad0a112abfe
  name: orders
  service: 5b1484f2-5209-49d9-b43e-92ba09dd9d52
  paths: &paths
  - /orders
  methods: ~
- name: more
  paths: *paths
acls:
- group: staff
  consumer: ann
plugins:
- name: cors
  route: orders
  config:
    origins:
    - "*"
    max_age: ~
    credentials: off
consumers:
- username: ann
`;

const asJson = (text: string, indent?: number): string => JSON.stringify(parseDocument(text).toJS(), null, indent);

const bases = [
  byHand,
  written,
  asJson(byHand),
  asJson(written, 2),
  byHand.replaceAll('\n', '\r\n'),
  parseDocument(written).toString({ collectionStyle: 'flow', lineWidth: 80 }),
].map((text) => Buffer.from(text));

const tokens = [
  '"',
  "'",
  '|',
  '>',
  '- ',
  ': ',
  '\n',
  '\n  ',
  '\t',
  '{',
  '}',
  '[',
  ']',
  ',',
  '*x',
  '&x ',
  '<<: ',
  ' #',
  '---\n',
];
const oddities = [
  '\r',
  '\r\n',
  '\0',
  '😀',
  '\u2028',
  '\ufeff',
  '!!int ',
  '!!str ',
  '? ',
  '%',
  '@',
  '`',
  '...\n',
  '=',
  '\\',
  '\u0085',
];

/** What happens to files: bits that flip, parts that get lost, doubled, swapped or pasted from another file. */
const mishap = fc.record({
  at: fc.nat(),
  size: fc.oneof(fc.nat(6), fc.nat(200)),
  what: fc.constantFrom('flip', 'cut', 'truncate', 'double', 'paste', 'insert'),
  from: fc.nat(bases.length - 1),
  byte: fc.integer({ min: 1, max: 255 }),
  token: fc.oneof(fc.constantFrom(...tokens), fc.constantFrom(...oddities)),
});

type Mishap = typeof mishap extends fc.Arbitrary<infer T> ? T : never;

function happen(bytes: Buffer, { at, size, what, from, byte, token }: Mishap): Buffer {
  const start = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)];
  const lineStart = before.lastIndexOf(10) + 1;
  const lineEnd = bytes.indexOf(10, start) < 0 ? bytes.length : bytes.indexOf(10, start) + 1;
  const other = bases[from] ?? Buffer.alloc(0);
  const place = at % (other.length + 1);
  switch (what) {
    case 'flip':
      return Buffer.concat([
        before,
        after.length ? Buffer.from([after.readUInt8(0) ^ byte]) : after,
        after.subarray(1),
      ]);
    case 'cut':
      return Buffer.concat([before, after.subarray(size)]);
    case 'truncate':
      return Buffer.from(before);
    case 'double':
      return Buffer.concat([bytes.subarray(0, lineEnd), bytes.subarray(lineStart)]);
    case 'paste':
      return Buffer.concat([before, other.subarray(place, place + size), after]);
    default:
      return Buffer.concat([before, Buffer.from(token), after]);
  }
}

const files = fc
  .tuple(fc.nat(bases.length - 1), fc.array(mishap, { maxLength: 4 }))
  .map(([base, mishaps]) => mishaps.reduce(happen, bases[base] ?? Buffer.alloc(0)));

const how = fc.record({
  kind: fc.constantFrom('auto' as const, 'deck' as const, 'dbless' as const),
  version: fc.constantFrom('3.9', '2.8'),
});

/** As the full parser alone reads it, and again with lines in quotes and brackets in any column, which Kong takes. */
function slowly(text: string): KongDocument {
  const strict = parseAnyText(text, false);
  return treeDocument(text, new LineIndex(text), readInAnyColumn(text, strict.problems) ?? strict);
}

/** Of what was left empty the readers may see the place before or behind the blanks that follow. */
const placed = ({ diagnostics }: Verdict, { text, lines }: KongDocument): unknown[] =>
  diagnostics.map(({ range, ...said }) => ({
    ...said,
    from: text.slice(0, lines.offset(range.start)).trimEnd().length,
    to: text.slice(0, lines.offset(range.end)).trimEnd().length,
  }));

test('whatever became of a file, it gets a verdict whose marks lie in it, the same from both readers', () => {
  fc.assert(
    fc.property(files, how, (bytes, { kind, version }) => {
      const input = { kind, facts: version === '3.9' ? facts39 : facts28 };
      const { text } = decodeFile(bytes);
      const document = readDocument(text);
      const quick = validateDocument(document, input);
      for (const { range, message } of quick.diagnostics) {
        const [start, end] = [document.lines.offset(range.start), document.lines.offset(range.end)];
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(document.lines.position(start)).toEqual(range.start);
        expect(document.lines.position(end)).toEqual(range.end);
        expect(message).not.toBe('');
      }
      // What is no text at all neither reader is given.
      if (document.problems.some(({ code }) => code === 'not-text')) return;
      const full = slowly(text);
      expect(document.problems.length > 0).toBe(full.problems.length > 0);
      if (full.problems.length > 0) return;
      const slow = validateDocument(full, input);
      expect(quick.valid).toBe(slow.valid);
      expect(placed(quick, document)).toEqual(placed(slow, document));
    }),
    { numRuns: runs * 5 },
  );
});
