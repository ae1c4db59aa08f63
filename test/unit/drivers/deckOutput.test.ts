import { describe, expect, it } from 'vitest';
import {
  parseErrors,
  parseEventLine,
  parseFailure,
  parseJsonReport,
  parseSummary,
  parseTextReport,
} from '../../../src/drivers/deckOutput.js';

const summary = 'Summary:\n  Created: 3\n  Updated: 18\n  Deleted: 2\n';

describe('parseSummary', () => {
  it('reads the counts', () => expect(parseSummary(`x\n${summary}`)).toEqual({ creates: 3, updates: 18, deletes: 2 }));
  it('reads Windows line ends', () => expect(parseSummary(summary.replaceAll('\n', '\r\n'))?.deletes).toBe(2));
  it('gives nothing where there is none', () => expect(parseSummary('Error: x')).toBeUndefined());
});

describe('parseEventLine', () => {
  it.each([
    ['creating service svc1', { action: 'create', kind: 'service', name: 'svc1' }],
    ['updating consumer alice  {', { action: 'update', kind: 'consumer', name: 'alice' }],
    [
      'deleting key-auth y-123 for consumer alice',
      { action: 'delete', kind: 'key-auth', name: 'y-123 for consumer alice' },
    ],
    ['creating plugin cors (global)', { action: 'create', kind: 'plugin', name: 'cors (global)' }],
    ['creating ca_certificate 22', { action: 'create', kind: 'ca-certificate', name: '22' }],
    ['Creating workspace team-a', { action: 'create', kind: 'workspace', name: 'team-a' }],
  ])('%s', (line, event) => expect(parseEventLine(line)).toEqual(event));

  it.each(['   "name": "creating service x"', 'Summary:', '+  "path": "/x",', ''])('passes over %j', (line) =>
    expect(parseEventLine(line)).toBeUndefined(),
  );
});

describe('parseTextReport', () => {
  const stdout = [
    'Warning: import/export of basic-authcredentials using decK does not work',
    'creating workspace team-a',
    '\u001b[32mcreating service ok1\u001b[0m',
    'updating route r1  {',
    '-  "name": "a",',
    '+  "name": "b"',
    ' }',
    '',
    summary,
  ].join('\n');

  it('reads events, counts and the workspace that would be made', () => {
    expect(parseTextReport(stdout)).toEqual({
      counts: { creates: 3, updates: 18, deletes: 2 },
      events: [
        { action: 'create', kind: 'service', name: 'ok1' },
        { action: 'update', kind: 'route', name: 'r1' },
      ],
      errors: [],
      createdWorkspace: 'team-a',
    });
  });

  it('gives nothing when decK did not come to a summary', () => {
    expect(parseTextReport('')).toBeUndefined();
  });
});

describe('parseJsonReport', () => {
  const report = {
    changes: {
      creating: [
        { name: 'ok2', kind: 'service', body: { new: { id: 'id-2', name: 'ok2' }, old: null } },
        { name: 'team-a', kind: 'workspace', body: null },
      ],
      updating: [],
      deleting: [{ name: 'x', kind: 'ca-certificate', body: { new: { id: 'id-3' }, old: null } }],
    },
    summary: { creating: 2, updating: 0, deleting: 1, total: 3 },
    warnings: [],
    errors: ['while processing event: Create plugin p for service ok2 failed: HTTP status 400 (message: "no")'],
  };

  it('reads counts, events with ids, and errors though decK ended with 0', () => {
    expect(parseJsonReport(`${JSON.stringify(report, null, '\t')}\n\n`)).toEqual({
      counts: { creates: 2, updates: 0, deletes: 1 },
      events: [
        { action: 'create', kind: 'service', name: 'ok2', id: 'id-2' },
        { action: 'delete', kind: 'ca-certificate', name: 'x', id: 'id-3' },
      ],
      errors: report.errors,
      createdWorkspace: 'team-a',
    });
  });

  it.each(['', 'not json', '{"a":1}', '{"summary":', 'null', '[]'])('gives nothing for %j', (text) =>
    expect(parseJsonReport(text)).toBeUndefined(),
  );
});

describe('parseErrors', () => {
  it('leaves out secrets that the gateway repeated', () => {
    const said = String.raw`Error: x failed: HTTP status 409 (message: "UNIQUE violation detected on '{key=\"S3CRET\"}'")`;
    expect(parseErrors(said)).toEqual([said.slice('Error: '.length).replace('S3CRET', '•••')]);
  });

  it('reads one error', () => {
    expect(parseErrors('Warning: w\nError: reading Kong version: HTTP status 401 (message: "No")\n')).toEqual([
      'reading Kong version: HTTP status 401 (message: "No")',
    ]);
  });

  it('reads a list, an entry each', () => {
    const stderr = 'Error: 2 errors occurred:\n\twhile processing event: a\n\twhile processing event: b\n\n\n';
    expect(parseErrors(stderr)).toEqual(['while processing event: a', 'while processing event: b']);
  });

  it('reads a list inside an entry', () => {
    const stderr =
      'Error: 1 errors occurred:\n\treading file f.yaml: validating file content: 1 errors occurred:\n\tvalidation error: object="abc", err=services.0.port: Invalid type.\n\n\n\n';
    expect(parseErrors(stderr)).toEqual(['validation error: object="abc", err=services.0.port: Invalid type.']);
  });

  it('takes an error over several lines for one', () => {
    expect(parseErrors("Error: cannot apply '1.1'\nPlease upgrade\n\n")).toEqual(["cannot apply '1.1' Please upgrade"]);
  });

  it('takes any other words for an error, warnings apart', () => {
    expect(parseErrors('Warning: w\npanic: oh\n')).toEqual(['panic: oh']);
    expect(parseErrors('')).toEqual([]);
  });
});

describe('parseFailure', () => {
  it.each(['{Create}', 'Create'])('reads what failed and why (%s)', (operation) => {
    expect(
      parseFailure(
        `while processing event: ${operation} plugin p for route r failed: HTTP status 400 (message: "x failed: y")`,
      ),
    ).toEqual({
      action: 'create',
      kind: 'plugin',
      name: 'p for route r',
      reason: 'HTTP status 400 (message: "x failed: y")',
    });
  });

  it('passes over errors that are about no entity', () => {
    expect(parseFailure('while post processing event: entity not found')).toBeUndefined();
  });
});
