import { describe, expect, it } from 'vitest';
import { entityCount, sharedKinds } from '../../../src/core/entityCount.js';
import { entityKind, knownKinds } from '../../../src/estate/kinds.js';

describe('how much a snapshot holds', () => {
  it('has what several workspaces share once', () => {
    const entities = (counts: Record<string, number>) => ({ kind: 'entities' as const, counts });
    expect(
      entityCount([
        entities({ services: 2, ca_certificates: 1 }),
        entities({ services: 3, ca_certificates: 1 }),
        { kind: 'rbac', counts: { roles: 4 } },
      ]),
    ).toBe(10);
  });

  it('has what several parts hold in other forms once', () => {
    const file = { kind: 'declarative-file' as const, counts: { services: 4, routes: 2 } };
    const rows = { kind: 'database' as const, counts: { services: 4, routes: 2, tags: 1 } };
    expect(entityCount([{ kind: 'entities', counts: { services: 4, routes: 2 } }, file, rows])).toBe(6);
    expect(entityCount([file])).toBe(6);
    expect(entityCount([file, rows])).toBe(7);
    expect(entityCount([file, { kind: 'portal', counts: { pages: 3 } }])).toBe(9);
  });

  it('knows all kinds that are shared', () => {
    expect([...sharedKinds]).toEqual(knownKinds.filter((kind) => entityKind(kind).wholeGateway === true));
  });
});
