import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/core/snapshot.js';
import { formatManifest, parseManifest } from '../../../src/stores/manifestText.js';
import { artifactOf, manifestOf } from '../../helpers/manifests.js';

const id = 'production/2026-11-21T06-35-17.123Z';
const manifest: Manifest = { ...manifestOf('production', [artifactOf('default.kong.yaml', 'x')]), id };

const edited = (change: (value: Record<string, unknown>) => void): string => {
  const value = JSON.parse(formatManifest(manifest)) as Record<string, unknown>;
  change(value);
  return JSON.stringify(value);
};

describe('the text of a manifest', () => {
  it('comes back as it was, in another order and under another folder too', () => {
    expect(parseManifest(formatManifest(manifest), id)).toEqual(manifest);
    const turned = edited((value) => {
      for (const key of Object.keys(value).reverse()) {
        const content = value[key];
        delete value[key];
        value[key] = content;
      }
    });
    expect(parseManifest(turned, 'copy/2026-11-21T06-35-17.123Z')).toEqual({
      ...manifest,
      id: 'copy/2026-11-21T06-35-17.123Z',
    });
  });

  it.each<[string, (value: Record<string, unknown>) => void]>([
    ['a count', (value) => ((value['parts'] as { counts: object }[])[0]!.counts = { services: 99 })],
    ['a part that is gone', (value) => (value['parts'] = [])],
    ['a version', (value) => ((value['gateway'] as { version: string }).version = '2.8.0')],
    [
      'coverage',
      (value) => (value['coverage'] = { held: [{ part: 'entities', count: 1, driver: 'deck' }], notHeld: [] }),
    ],
    ['a time', (value) => (value['createdAt'] = '2031-01-01T00:00:00.000Z')],
    ['a field that we do not know', (value) => (value['further'] = true)],
  ])('is damaged when somebody changed %s', (_what, change) => {
    expect(() => parseManifest(edited(change), id)).toThrow('manifest.json is not what was written');
  });

  it('is taken without a checksum, as tools of others write it', () => {
    const tool = { name: 'another', version: '1' };
    const text = edited((value) => {
      value['tool'] = tool;
      delete value['checksum'];
    });
    expect(parseManifest(text, id)).toEqual({ ...manifest, tool });
  });

  it('is damaged without a checksum where this product wrote it', () => {
    const text = edited((value) => {
      value['chfcksum'] = value['checksum'];
      delete value['checksum'];
    });
    expect(() => parseManifest(text, id)).toThrow('manifest.json is not what was written');
  });
});
