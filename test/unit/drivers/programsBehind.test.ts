import { describe, expect, it } from 'vitest';
import { quoteForShell } from '../../../src/drivers/programsBehind.js';

describe('quoteForShell', () => {
  it('quotes for a shell', () => {
    expect(quoteForShell(`it's $HOME`)).toBe(`'it'\\''s $HOME'`);
  });
});
