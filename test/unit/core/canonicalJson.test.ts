import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/core/canonicalJson.js';
import type { Json } from '../../../src/core/json.js';

describe('JSON in one form', () => {
  it('is the same whatever the order of keys, at every depth, and keeps that of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  it('leaves out what JSON leaves out', () => {
    expect(canonicalJson({ a: undefined, b: 1 } as unknown as Json)).toBe('{"b":1}');
  });
});
