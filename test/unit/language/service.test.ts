import { DiagnosticTag } from 'vscode-languageserver-types';
import { expect, test } from 'vitest';
import { createLanguageService } from '../../../src/language/service.js';
import { schemas } from './facts.js';

const source = (text: string) => ({ uri: 'file:///kong.yaml', version: 1, getText: () => text });
const file = '_format_version: "3.0"\nroutes: [{name: r, paths: [/a/*]}]\n';

test('a comment in the file goes before the gateway that is asked about', async () => {
  const service = createLanguageService({ schemas, gateway: () => ({ version: '3.9.1', source: 'setting' }) });
  expect(await service.fileInfo(source(file))).toMatchObject({
    gatewayVersion: '3.9',
    askedVersion: '3.9.1',
    versionSource: 'setting',
    versions: ['2.8', '3.9'],
  });
  const named = { ...source(`# kong-backup: gateway-version=2.8\n${file}`), uri: 'file:///other.yaml' };
  expect(await service.fileInfo(named)).toMatchObject({ gatewayVersion: '2.8', versionSource: 'file' });
});

test('rules count at once, without the file being read again', async () => {
  let severity: Record<string, 'off'> = {};
  const service = createLanguageService({
    schemas,
    gateway: () => ({ version: '3.9', source: 'assumed' }),
    rules: () => ({ severity }),
  });
  expect(await service.diagnostics(source(file))).toHaveLength(1);
  severity = { 'regex-path': 'off' };
  expect(await service.diagnostics(source(file))).toHaveLength(0);
});

test('a deprecated field is struck out, a key that is ignored is faded', async () => {
  const service = createLanguageService({ schemas, gateway: () => ({ version: '3.9', source: 'assumed' }) });
  const text =
    '_format_version: "3.0"\nplugins:\n- name: rate-limiting\n  config: {minute: 1, minute: 2, redis_port: 6380}\n';
  const found = await service.diagnostics(source(text));
  expect(found.map(({ code, tags }) => [code, tags])).toEqual([
    ['duplicate-key', [DiagnosticTag.Unnecessary]],
    ['deprecated-field', [DiagnosticTag.Deprecated]],
  ]);
});

test('the kinds and plugins of a file, nested ones too, and nothing that only sounds like one', async () => {
  const service = createLanguageService({ schemas, gateway: () => ({ version: '3.9', source: 'assumed' }) });
  const text = `_format_version: "3.0"
services:
- name: a
  tags: [plugins]
  routes:
  - plugins: [{name: cors, config: {routes: [{a: 1}]}}, {name: ours}, 5]
upstreams: []
`;
  const { kinds, plugins } = await service.schemasUsed(source(text));
  expect(kinds.sort()).toEqual(['plugins', 'routes', 'services']);
  expect(plugins).toEqual(['cors', 'ours']);
  expect(await service.schemasUsed({ ...source('just text'), uri: 'file:///b.yaml' })).toEqual({
    kinds: [],
    plugins: [],
  });
});

test('a gateway’s own schemas count; where they make judging fail, the shipped ones do', async () => {
  const text = '_format_version: "3.0"\nservices: [{name: a, host: h, port: 99999}]\n';
  const codes = async (ownSchemas: Parameters<typeof createLanguageService>[0]['ownSchemas']): Promise<unknown[]> => {
    const gateway = () => ({ version: '3.9', source: 'assumed' as const });
    const service = createLanguageService({ schemas, gateway, ...(ownSchemas && { ownSchemas }) });
    return (await service.diagnostics(source(text))).map(({ code }) => code);
  };
  const services = { fields: { name: { type: 'string' as const }, host: { type: 'string' as const } } };
  expect(await codes((facts) => ({ ...facts, entities: { ...facts.entities, services } }))).toEqual(['unknown-field']);
  const broken = { fields: { port: null } } as never;
  expect(await codes((facts) => ({ ...facts, entities: { ...facts.entities, services: broken } }))).toEqual([
    'out-of-range',
  ]);
});
