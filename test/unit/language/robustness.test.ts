import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLanguageService } from '../../../src/language/service.js';
import { LineIndex } from '../../../src/language/lineIndex.js';
import { validate } from '../../../src/language/validate.js';
import { facts39, schemas } from './facts.js';

const estate = `_format_version: "3.0"
_info: {select_tags: [shop]}
services:
  - name: orders
    url: http://orders.internal:8080
    tags: &tags [shop, "blue"]
    routes:
      - &route
        name: orders
        paths: [/orders, "~/o/\\\\d+"]
        plugins:
          - name: rate-limiting
            config: {minute: 5, policy: local}
      - <<: *route
        name: orders-2 # the second
        tags: *tags
consumers:
  - username: ann
    keyauth_credentials:
      - key: '{vault://env/ann}'
    plugins:
      - name: request-termination
        config:
          body: |
            {"closed": true}
          status_code: 503
`;

/** An estate with some of its text cut out, moved and overwritten: what a file looks like while somebody types. */
const typedIn = fc
  .array(
    fc.record({
      at: fc.nat(estate.length),
      remove: fc.nat(12),
      insert: fc.oneof(
        fc.constantFrom(
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
          '*x',
          '&x ',
          '<<: ',
          '#',
          '---\n',
          '\r',
          '\0',
          '😀',
          '!!int ',
          '? ',
        ),
        fc.string({ maxLength: 8 }),
      ),
    }),
    { maxLength: 6 },
  )
  .map((edits) =>
    edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), estate),
  );

test('any text gets a verdict whose marks lie in the text', () => {
  fc.assert(
    fc.property(typedIn, fc.constantFrom('auto' as const, 'deck' as const, 'dbless' as const), (text, kind) => {
      const lines = new LineIndex(text);
      const { diagnostics } = validate({ text, kind, facts: facts39 });
      for (const { range, message } of diagnostics) {
        const [start, end] = [lines.offset(range.start), lines.offset(range.end)];
        expect(start).toBeLessThanOrEqual(end);
        expect(lines.position(start)).toEqual(range.start);
        expect(lines.position(end)).toEqual(range.end);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('every feature answers anywhere in any text', async () => {
  const service = createLanguageService({ schemas, gateway: () => ({ version: '3.9', source: 'assumed' }) });
  let version = 0;
  await fc.assert(
    fc.asyncProperty(typedIn, fc.nat(), async (text, seed) => {
      const source = { uri: 'file:///kong.yaml', version: version++, getText: () => text };
      const position = new LineIndex(text).position(seed % (text.length + 1));
      await service.completion(source, position);
      await service.hover(source, position);
      const [first] = await service.documentSymbols(source);
      if (first) expect(first.range.start.line).toBeLessThanOrEqual(first.range.end.line);
    }),
    { numRuns: 300 },
  );
});
