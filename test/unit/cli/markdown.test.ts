import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/app.js';
import { comparisonMarkdown } from '../../../src/cli/markdown.js';
import type { Change } from '../../../src/core/change.js';

const of = (...changes: Change[]): Comparison => ({
  plan: { workspaces: [{ workspace: 'default', exists: true, changes, unchanged: 7 }] },
  unknown: [],
  notCompared: [],
  warnings: [],
});
const change = (more: Partial<Change>): Change => ({
  action: 'update',
  workspace: 'default',
  kind: 'services',
  label: 'orders',
  id: '1',
  ...more,
});

describe('a comparison as Markdown', () => {
  it('has counts on top and folds every entity', () => {
    const text = comparisonMarkdown(of(change({ fields: [{ path: 'port', before: 80, after: 81 }] })), 'a', 'b');
    expect(text).toContain('**0 to create, 1 to update, 0 to delete**');
    expect(text).toContain('| default | services | 0 | 1 | 0 |');
    expect(text).toContain('<details><summary>✏️ services <b>orders</b> (default)</summary>');
    expect(text).toContain('- port: 80\n+ port: 81');
  });

  it('looks as docs/diff.md shows it', async () => {
    const page = await readFile(new URL('../../../docs/diff.md', import.meta.url), 'utf8');
    const [, example] = /````markdown\r?\n(.*?)\r?\n````/s.exec(page) ?? [];
    const fields = [{ path: 'retries', before: 3, after: 9 }];
    const text = comparisonMarkdown(of(change({ fields })), 'production/latest', 'live:production');
    expect(example?.replaceAll('\r\n', '\n')).toBe(text);
  });

  it('masks secrets, and says all the same that they differ', () => {
    const fields = [{ path: 'key', before: 'old-secret', after: 'new-secret' }];
    const updated = change({ kind: 'keyauth_credentials', fields });
    const created = change({ action: 'create', kind: 'keyauth_credentials', after: { key: 'third-secret' } });
    const text = comparisonMarkdown(of(updated, created), 'a', 'b');
    expect(text).not.toMatch(/(old|new|third)-secret/);
    expect(text).toContain('! key: changed, not shown');
  });

  it('lets no name or value say anything in Markdown or HTML', () => {
    const label = '</summary><img src=x> **@all** `x` | [a](b)';
    const fields = [{ path: 'path', before: null, after: '```\n</details><b>' }];
    const text = comparisonMarkdown(of(change({ label, fields })), 'a|b', '<c>');
    expect(text).not.toMatch(/<img|@all|\]\(b|<c>|^### a\|b/m);
    expect(text).toContain('````diff');
    expect(text.match(/<\/details>/g)).toHaveLength(2);
  });

  it('stays within what a comment takes', () => {
    const changes = Array.from({ length: 2000 }, (_, n) => change({ label: `service-${n}` }));
    const text = comparisonMarkdown(of(...changes), 'a', 'b');
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and \d+ more\.$/);
  });
});
