import { describe, expect, it } from 'vitest';
import type { Manifest, PartFailure } from '../../../../src/core/snapshot.js';
import { generateKey } from '../../../../src/stores/encoding/keys.js';
import { openManifest, sealManifest } from '../../../../src/stores/encoding/sealedManifest.js';
import { formatManifest, parseManifest } from '../../../../src/stores/manifestText.js';
import { artifactOf, manifestOf } from '../../../helpers/manifests.js';

const id = 'production/2026-11-21T06-35-17.123Z';
const failure: PartFailure = {
  part: 'database',
  code: 'tool-failed',
  reason: 'pg_dump can not reach db.internal:5432.',
  remedy: 'Let db.internal through.',
};
const whole = manifestOf('production', [artifactOf('default.kong.yaml', 'services: []\n')], {
  failures: [failure],
  imported: { file: 'acme-payments.yaml', kind: 'deck', versionFrom: 'given' },
  label: 'imported: acme-payments.yaml',
  note: 'before the move of acme',
});

/** As a store gives it back. */
const stored = (manifest: Omit<Manifest, 'id'>): Manifest => parseManifest(formatManifest({ ...manifest, id }), id);

async function sealed() {
  const key = await generateKey(new Date());
  return { key, manifest: await sealManifest(whole, { recipients: [key.recipient] }) };
}

describe('the manifest of an encrypted snapshot', () => {
  it('says nothing openly of what failed, and of what it was imported from', async () => {
    const { key, manifest } = await sealed();
    expect(JSON.stringify(manifest)).not.toMatch(/db\.internal|acme/);
    expect(stored(manifest)).toMatchObject({
      failures: [{ part: 'database', code: 'tool-failed', reason: '', remedy: '' }],
      imported: { file: 'sealed', kind: 'deck', versionFrom: 'given' },
      label: 'imported: sealed',
    });
    const { failures, imported, label, note } = await openManifest(stored(manifest), [key]);
    expect({ failures, imported, label, note }).toEqual({
      failures: whole.failures,
      imported: whole.imported,
      label: whole.label,
      note: whole.note,
    });
  });

  it('is opened, too, where it says these openly, as it did at first', async () => {
    const { key, manifest } = await sealed();
    const { failures, imported, label } = whole;
    const first = {
      ...manifest,
      ...(failures && { failures }),
      ...(imported && { imported }),
      ...(label && { label }),
    };
    await expect(openManifest(stored(first), [key])).resolves.toMatchObject({ failures: [failure], imported });
  });

  it('is not opened where these were changed', async () => {
    const { key, manifest } = await sealed();
    const changed = { ...manifest, failures: [{ ...failure, reason: 'Nothing to worry about.' }] };
    await expect(openManifest(stored(changed), [key])).rejects.toMatchObject({ code: 'snapshot-damaged' });
  });
});
