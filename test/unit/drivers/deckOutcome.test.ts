import { describe, expect, it } from 'vitest';
import type { Change, WorkspacePlan } from '../../../src/core/change.js';
import { judgeOutcome } from '../../../src/drivers/deckOutcome.js';
import type { DeckReport } from '../../../src/drivers/deckOutput.js';

const create = (kind: string, id: string, after: Change['after'] = {}): Change => ({
  action: 'create',
  workspace: 'default',
  kind,
  label: id,
  id,
  after: { id, ...after },
});

const plan = (...changes: Change[]): WorkspacePlan => ({ workspace: 'default', exists: true, unchanged: 0, changes });
const report = (more: Partial<DeckReport>): DeckReport => ({
  counts: { creates: 0, updates: 0, deletes: 0 },
  events: [],
  errors: [],
  ...more,
});

const refused = (what: string) => `while processing event: Create ${what} failed: HTTP status 400 (message: "no")`;

describe('judgeOutcome', () => {
  const service = create('services', 's1', { name: 'svc' });
  const plugin = create('plugins', 'p1', { name: 'cors' });
  const other = create('plugins', 'p2', { name: 'cors' });
  const route = create('routes', 'r1', { name: 'r' });

  it('finds nothing failed without an error, whatever is not mentioned', () => {
    expect(judgeOutcome(plan(service, plugin), report({}))).toEqual({ failed: [], otherErrors: [] });
  });

  it('tells by id which of two alike failed, and what was not tried', () => {
    const outcome = judgeOutcome(
      plan(service, plugin, other, route),
      report({
        events: [
          { action: 'create', kind: 'service', name: 'svc', id: 's1' },
          { action: 'create', kind: 'plugin', name: 'cors (global)', id: 'p2' },
        ],
        errors: [refused('plugin cors (global)')],
      }),
    );
    expect(outcome.failed.map(({ change }) => change.id)).toEqual(['p2', 'p1', 'r1']);
    expect(outcome.failed[0]?.reason).toBe('HTTP status 400 (message: "no")');
    expect(outcome.failed[2]?.reason).toContain('Not tried');
    expect(outcome.otherErrors).toEqual([]);
  });

  it('goes by names where there are no ids', () => {
    const key = create('keyauth_credentials', 'k1', { key: 'alice-key-123' });
    const outcome = judgeOutcome(
      plan(service, key, plugin),
      report({
        events: [
          { action: 'create', kind: 'service', name: 'svc' },
          { action: 'create', kind: 'key-auth', name: 'y-123 for consumer c1' },
          { action: 'create', kind: 'plugin', name: 'cors for service svc' },
        ],
        errors: [refused('plugin cors for service svc')],
      }),
    );
    expect(outcome.failed.map(({ change }) => change.id)).toEqual(['p1']);
  });

  it('keeps errors that belong to no change', () => {
    const error = 'while post processing event: entity not found';
    expect(judgeOutcome(plan(), report({ errors: [error] })).otherErrors).toEqual([error]);
  });
});
