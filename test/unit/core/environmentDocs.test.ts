import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentFields, storeFields } from '../../../src/core/environmentFields.js';
import { checkFields } from '../../../src/core/smokeChecks.js';

const page = readFileSync(new URL('../../../docs/environments.md', import.meta.url), 'utf8');
const [environments = '', stores = ''] = page.split('## Stores');

const [, checks = ''] = page.split('## Smoke checks');

describe('the page about the environments file', () => {
  it.each(Object.keys(environmentFields))('names the setting %s', (name) => {
    expect(environments).toContain(`\`${name}\``);
  });

  it.each(Object.keys(storeFields))('names the setting %s of a store', (name) => {
    expect(stores).toContain(`\`${name}\``);
  });

  it.each(Object.keys(checkFields))('names the setting %s of a check', (name) => {
    expect(checks).toContain(`\`${name}\``);
  });

  /** What a map of settings says that it may have, in its own words. */
  const inside = (fields: typeof environmentFields, name: string): string[] => {
    const said = fields[name]?.({ 'no such setting': 1 }) ?? '';
    return /Known are ([\w, ]+)\./.exec(said)?.[1]?.split(', ') ?? [];
  };

  it.each([
    'database',
    'kong',
    'keyring',
    'portal',
    'mongodb',
    'retention',
    'schedule',
    'hooks',
    'restore',
    'migration',
    'tls',
  ])('names all that stands in %s', (name) => {
    const settings = inside(environmentFields, name);
    expect(settings.length).toBeGreaterThan(0);
    for (const setting of settings) expect(environments).toContain(`\`${setting}\``);
  });

  it.each(['s3', 'encryption'])('names all that stands in %s of a store', (name) => {
    const settings = inside(storeFields, name);
    expect(settings.length).toBeGreaterThan(0);
    for (const setting of settings) expect(stores).toContain(`\`${setting}\``);
  });
});
