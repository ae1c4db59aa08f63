import { describe, expect, it } from 'vitest';
import { safeName } from '../../../src/drivers/filesIndex.js';

describe('safeName', () => {
  it('makes names that every file system takes', () => {
    expect(safeName('-it\'s "odd"\n<x>:y.')).toBe('-it_s_odd_x_y');
    expect(safeName('..')).toBe('');
    expect(safeName('名前.pem')).toBe('_.pem');
    expect(safeName('x'.repeat(300))).toHaveLength(80);
  });
});
