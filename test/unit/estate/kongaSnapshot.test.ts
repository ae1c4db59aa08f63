import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/json.js';
import { isKongaSnapshot, readKongaSnapshot } from '../../../src/estate/kongaSnapshot.js';
import { earlierKonga, laterKonga } from '../../helpers/importSources.js';

const asJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
const read = (value: object) => readKongaSnapshot(asJson(value), 'konga.json');
const kindsOf = ({ entities }: ReturnType<typeof read>): string[] => entities.map(({ kind }) => kind).sort();
const found = (snapshot: ReturnType<typeof read>, kind: string): JsonObject =>
  snapshot.entities.find((entity) => entity.kind === kind)?.fields ?? {};

const all = ['acls', 'consumers', 'keyauth_credentials', 'plugins', 'routes', 'services', 'targets', 'upstreams'];

describe('a snapshot of Konga', () => {
  it('is known by its version, its node and its data', () => {
    expect(isKongaSnapshot(asJson(laterKonga()))).toBe(true);
    expect(isKongaSnapshot(asJson(earlierKonga()))).toBe(true);
    for (const other of [{ data: {} }, { _format_version: '3.0', kong_version: '3', data: {} }, [], null, 'text']) {
      expect(isKongaSnapshot(other as Json)).toBe(false);
    }
  });

  it.each([
    ['later', laterKonga()],
    ['earlier', earlierKonga()],
  ])('of its %s versions gives every entity, with what it belongs to', (_which, value) => {
    const snapshot = read(value);
    expect(kindsOf(snapshot)).toEqual(all);
    const id = (kind: string) => ({ id: found(snapshot, kind)['id'] });
    expect(found(snapshot, 'routes')['service']).toEqual(id('services'));
    expect(found(snapshot, 'plugins')['service']).toEqual(id('services'));
    expect(found(snapshot, 'keyauth_credentials')).toMatchObject({
      key: 'the-key-of-alice',
      consumer: id('consumers'),
    });
    expect(found(snapshot, 'acls')['consumer']).toEqual(id('consumers'));
    expect(found(snapshot, 'targets')['upstream']).toEqual(id('upstreams'));
  });

  it('leaves out what Konga added of its own', () => {
    expect(found(read(laterKonga()), 'services')).not.toHaveProperty('extras');
    expect(found(read(earlierKonga()), 'upstreams')).not.toHaveProperty('orderlist');
    expect(found(read(earlierKonga()), 'services')).not.toHaveProperty('routes');
  });

  it('says of which Kong and of when it is', () => {
    expect(read(laterKonga())).toMatchObject({ kongVersion: '1.3.0', madeAt: '2020-03-04T05:06:07.000Z' });
    expect(read(earlierKonga()).kongVersion).toBe('0.14');
    expect(read(earlierKonga())).not.toHaveProperty('madeAt');
  });

  it('names what it lacks: kinds never taken, lists that are not there, APIs, targets, credentials', () => {
    const lacking = (value: object) => read(value).lacking.map(({ kind }) => kind);
    expect(lacking(laterKonga())).toEqual(['ca_certificates', 'consumer_groups', 'key_sets', 'keys', 'vaults']);
    expect(lacking(earlierKonga())).toEqual(expect.arrayContaining(['apis', 'certificates', 'snis']));
    expect(lacking(laterKonga({ snis: [null] }))).toContain('snis');
    expect(lacking(laterKonga({ upstreams: [{ id: 'u', name: 'u' }] }))).toContain('targets');
    expect(lacking(laterKonga({ consumers: [{ id: 'c', username: 'c' }] }))).toEqual(
      expect.arrayContaining(['basicauth_credentials', 'keyauth_credentials', 'jwt_secrets']),
    );
  });

  it('is refused with the place where a list is none', () => {
    const broken = laterKonga({ upstreams: [{ id: 'u', targets: [7] }] });
    expect(() => read(broken)).toThrow(expect.objectContaining({ place: 'konga.json: data.upstreams[0].targets[0]' }));
    expect(() => read(laterKonga({ routes: {} }))).toThrow(expect.objectContaining({ code: 'file-invalid' }));
  });
});
