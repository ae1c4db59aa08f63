import { expect, it } from 'vitest';
import { validate } from '../../../src/language/validate.js';
import { installedFacts, type Installation } from '../../../src/schema/installed.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { shippedFacts } from './corpus.js';

const facts = shippedFacts('3.9');

const codes = (name: string, installation: Installation): string[] =>
  validateEntity(facts, 'plugins', { name, config: { anything: 1 } }, { as: 'declarative', ...installation }).map(
    ({ code }) => code,
  );

it.each<[string, Installation, string | undefined]>([
  ['rate-limiting-advanced', {}, 'unknown-field'],
  ['rate-limiting-advanced', { edition: 'enterprise' }, 'unknown-field'],
  ['rate-limiting-advanced', { edition: 'community' }, 'unknown-plugin'],
  ['rate-limiting-advanced', { edition: 'community', plugins: ['rate-limiting-advanced'] }, 'unknown-field'],
  ['key-auth', { edition: 'community' }, 'unknown-field'],
  ['our-own', {}, 'unknown-plugin'],
  ['our-own', { plugins: ['our-own'] }, undefined],
])('judges %s as a gateway with %j does', (name, installation, code) => {
  expect(codes(name, installation)[0]).toBe(code);
});

it('makes the facts of an installation once', () => {
  const installation: Installation = { edition: 'community', plugins: ['our-own'] };
  expect(installedFacts(facts, installation)).toBe(installedFacts(facts, { ...installation }));
  expect(installedFacts(facts, { edition: 'enterprise' })).toBe(facts);
});

it('counts for a file too', () => {
  const text = '_format_version: "3.0"\nplugins:\n- name: our-own\n- name: saml\n';
  const verdict = (installation: Installation) => validate({ text, kind: 'deck', facts, ...installation });
  const unknown = (installation: Installation) =>
    verdict(installation)
      .diagnostics.filter(({ code }) => code === 'unknown-plugin')
      .map(({ path }) => path);
  expect(unknown({})).toEqual(['plugins[0].name']);
  expect(unknown({ edition: 'community', plugins: ['our-own'] })).toEqual(['plugins[1].name']);
});
