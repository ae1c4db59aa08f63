import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/language/document.js';
import { findingsOf } from '../../../../src/language/online/findings.js';
import { questionsOf } from '../../../../src/language/online/questions.js';
import { validateDocument } from '../../../../src/language/validate.js';
import type { Complaint } from '../../../../src/language/online/complaint.js';
import { formatPath } from '../../../../src/schema/problem.js';
import { kongFacts } from '../../../helpers/practiceClient.js';

const facts = await kongFacts('3.9');
const anybody = { id: '00000000-0000-4000-8000-000000000000' };
const ask = (text: string, kind: 'deck' | 'dbless') => questionsOf(readDocument(text), { kind, facts });
const asked = (text: string, kind: 'deck' | 'dbless') =>
  ask(text, kind).questions.map(({ kind: of, value, places }) => [of, value, places.map(formatPath)]);

describe('what a gateway is asked of a file', () => {
  test('is each entity without its children, references in order but to nobody', () => {
    const text = `_format_version: "3.0"
services:
- {name: a, host: h, routes: [{name: r, paths: [/a]}]}
upstreams:
- {name: u, targets: [{target: "t:80"}]}
`;
    expect(asked(text, 'deck')).toEqual([
      ['services', { name: 'a', host: 'h' }, ['services[0]']],
      ['routes', { name: 'r', paths: ['/a'], service: anybody }, ['services[0].routes[0]']],
      ['upstreams', { name: 'u' }, ['upstreams[0]']],
      ['targets', { target: 't:80', upstream: anybody }, ['upstreams[0].targets[0]']],
    ]);
  });

  test('leaves the parent out in a DB-less file unless the kind needs one: there a plugin may stand where it wants', () => {
    const text = `_format_version: "3.0"
services: [{name: a, host: h, plugins: [{name: cors}]}]
consumers: [{username: c, keyauth_credentials: [{key: k, ttl: null}]}]
plugins: [{name: cors, service: a}]
`;
    expect(asked(text, 'dbless').sort(byPlace)).toEqual(
      [
        ['services', { name: 'a', host: 'h' }, ['services[0]']],
        ['plugins', { name: 'cors' }, ['services[0].plugins[0]']],
        ['consumers', { username: 'c' }, ['consumers[0]']],
        ['keyauth_credentials', { key: 'k', consumer: anybody }, ['consumers[0].keyauth_credentials[0]']],
        ['plugins', { name: 'cors', service: anybody }, ['plugins[0]']],
      ].sort(byPlace),
    );
  });

  test('is asked once for entities that are alike, ids in order left aside', () => {
    const one = (id: string) => `- {id: ${id}, name: cors, config: {max_age: 1}}\n`;
    const text = `_format_version: "3.0"\nplugins:\n${one('11111111-1111-4111-8111-111111111111')}${one('22222222-2222-4222-8222-222222222222')}${one('none')}`;
    expect(asked(text, 'deck')).toEqual([
      ['plugins', { name: 'cors', config: { max_age: 1 } }, ['plugins[0]', 'plugins[1]']],
      ['plugins', { id: 'none', name: 'cors', config: { max_age: 1 } }, ['plugins[2]']],
    ]);
  });

  test('has what decK fills in: defaults, shared configurations; entities of its own by their type', () => {
    const text = `_format_version: "3.0"
_info: {defaults: {service: {retries: 9}}}
_plugin_configs: {shared: {max_age: 5}}
services: [{name: a, host: h}]
plugins: [{name: cors, _config: shared}]
custom_entities: [{type: degraphql_routes, fields: {uri: /x}}]
`;
    expect(asked(text, 'deck').sort(byPlace)).toEqual([
      ['degraphql_routes', { uri: '/x' }, ['custom_entities[0].fields']],
      ['plugins', { name: 'cors', config: { max_age: 5 } }, ['plugins[0]']],
      ['services', { name: 'a', host: 'h', retries: 9 }, ['services[0]']],
    ]);
  });

  test('names the lists that nothing can be asked of', () => {
    const text = '_format_version: "3.0"\nrbac_roles: [{name: r}]\nlicenses: [{payload: x}]\n';
    expect(ask(text, 'deck').unasked).toEqual(['rbac_roles']);
    expect(asked(text, 'deck')).toEqual([['licenses', { payload: 'x' }, ['licenses[0]']]]);
  });

  test('is nothing for a text that cannot be read; templates are counted', () => {
    expect(ask('services: [', 'deck')).toMatchObject({ questions: [], entities: 0 });
    const text = '_format_version: "3.0"\nservices: [{name: a, host: \'${{ env "DECK_HOST" }}\'}]\n';
    expect(ask(text, 'deck')).toMatchObject({ entities: 1, templated: 1 });
  });
});

const byPlace = (a: unknown[], b: unknown[]): number => (String(a[2]) < String(b[2]) ? -1 : 1);

describe('what a gateway answered', () => {
  const text = `_format_version: "3.0"
services:
- name: a
  url: http://h:80
  retries: 99999
  tags: ['\${{ env "DECK_TAG" }}']
`;
  const document = readDocument(text);
  const judged = (...complaints: Complaint[]) => {
    const heard = findingsOf(complaints, ['services', 0], { document, source: 'Kong 3.9.3 (staging)' });
    const { diagnostics, valid } = validateDocument(document, { kind: 'deck', facts, heard });
    return { valid, found: diagnostics.map(({ code, path, range, source }) => [code, path, range.start.line, source]) };
  };

  test('stands at its place, with who said it; what our own check found there is not said twice', () => {
    expect(judged({ path: ['retries'], message: 'value should be between 0 and 32767' }).found).toEqual([
      ['out-of-range', 'services[0].retries', 4, undefined],
    ]);
    expect(judged({ path: ['name'], message: 'taken' }).found).toEqual([
      ['gateway-refuses', 'services[0].name', 2, 'Kong 3.9.3 (staging)'],
      ['out-of-range', 'services[0].retries', 4, undefined],
    ]);
  });

  test('of a field that `url` stands for is shown there, of a missing field or the entity at its first key', () => {
    const lines = (complaint: Complaint) =>
      judged(complaint)
        .found.filter(([code]) => code === 'gateway-refuses')
        .map((one) => one[2]);
    expect(lines({ path: ['host'], message: 'no' })).toEqual([3]);
    expect(lines({ path: ['enabled'], message: 'required field missing' })).toEqual([2]);
    expect(lines({ path: [], message: 'no', entity: true })).toEqual([2]);
    expect(lines({ path: [], message: 'no', position: { line: 5, character: 2 } })).toEqual([5]);
    expect(lines({ path: [], message: 'no', position: { line: 5000, character: 2 } })).toHaveLength(1);
  });

  test('of a value that only decK fills in does not count', () => {
    expect(judged({ path: ['tags', 0], message: 'invalid tag' }).found.map(([code]) => code)).toEqual(['out-of-range']);
  });

  test('does not repeat secrets', () => {
    const secret = readDocument(
      '_format_version: "3.0"\nconsumers:\n- username: c\n  keyauth_credentials:\n  - {key: open-sesame}\n',
    );
    const found = findingsOf(
      [{ path: ['key'], message: "'open-sesame' is taken" }],
      ['consumers', 0, 'keyauth_credentials', 0],
      { document: secret, source: 'Kong' },
    );
    expect(found[0]?.message).toBe("`key`: '•••' is taken.");
  });
});
