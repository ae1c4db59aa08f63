import { describe, expect, it } from 'vitest';
import type { SchemaProblem } from '../../../src/schema/problem.js';
import { fieldsOf, schemaViolation } from '../../../src/schema/schemaErrors.js';

const problem = (path: SchemaProblem['path'], message: string, entity?: true): SchemaProblem => ({
  code: 'wrong-value',
  path,
  message,
  ...(entity && { entity }),
});

describe('fieldsOf', () => {
  it('nests as the value is, with null for members of a list that are fine', () => {
    expect(
      fieldsOf([problem(['tags', 2], 'bad'), problem(['config', 'limits', 0, 'x'], 'worse'), problem(['port'], 'no')]),
    ).toEqual({ tags: [null, null, 'bad'], config: { limits: [{ x: 'worse' }] }, port: 'no' });
  });

  it('lists checks over several fields where they hold', () => {
    expect(fieldsOf([problem([], 'one', true), problem([], 'two', true), problem(['config'], 'three', true)])).toEqual({
      '@entity': ['one', 'two'],
      config: { '@entity': ['three'] },
    });
  });

  it('takes any name for a name', () => {
    const fields = fieldsOf([problem(['__proto__'], 'unknown field')]);
    expect(Object.keys(fields)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });
});

describe('schemaViolation', () => {
  it('counts, checks first, then fields by name', () => {
    expect(
      schemaViolation([problem(['port'], 'no'), problem(['host'], 'gone'), problem([], 'together', true)]).message,
    ).toBe('3 schema violations (together; host: gone; port: no)');
  });

  it('counts members of a list from one', () => {
    expect(schemaViolation([problem(['tags', 0], 'bad')]).message).toBe('schema violation (tags.1: bad)');
  });

  it('writes what lies deeper as a table of Lua', () => {
    const problems = [
      problem(['config', 'redis', 'port'], 'p'),
      problem(['config', 'redis', 'end'], 'e'),
      problem(['config', 'names', 1], 'n "quoted"'),
    ];
    expect(schemaViolation(problems).message).toBe(
      '2 schema violations (config.names: {\n  [2] = "n \\"quoted\\""\n}; config.redis: {\n  ["end"] = "e",\n  port = "p"\n})',
    );
  });
});
