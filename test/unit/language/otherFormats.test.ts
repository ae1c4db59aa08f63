import { expect, test } from 'vitest';
import { validate } from '../../../src/language/validate.js';
import { facts39 } from './facts.js';

test.each<[string, string, RegExp]>([
  [
    'a plugin for the ingress controller',
    'apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nplugin: cors\n',
    /Kubernetes manifest \(KongPlugin\)/,
  ],
  [
    'a declarative file inside a manifest',
    'apiVersion: v1\nkind: ConfigMap\ndata:\n  kong.yml: |\n    _format_version: "3.0"\n',
    /a file of its own/,
  ],
  ['an OpenAPI description', 'openapi: 3.0.3\ninfo: {title: a}\npaths: {}\n', /openapi2kong/],
  ['a Docker Compose file', 'services:\n  kong:\n    image: kong:3.9\n', /Docker Compose/],
])('%s gets one clear answer', (_, text, message) => {
  for (const kind of ['auto', 'dbless'] as const) {
    const { valid, diagnostics } = validate({ text, kind, facts: facts39 });
    expect(valid).toBe(false);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'not-declarative' });
    expect(diagnostics[0]?.message).toMatch(message);
  }
});

test("a file with a format version is Kong's, whatever else is in it", () => {
  const text = '_format_version: "3.0"\napiVersion: v1\nkind: ConfigMap\n';
  const codes = validate({ text, kind: 'dbless', facts: facts39 }).diagnostics.map(({ code }) => code);
  expect(codes).toContain('unknown-field');
});
