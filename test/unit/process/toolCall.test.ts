import { describe, expect, it } from 'vitest';
import { describeCall } from '../../../src/process/toolCall.js';

describe('describeCall', () => {
  it('shows the call with its secrets masked', () => {
    const line = describeCall({ tool: 'deck', args: ['ping', '--x', 'token-1234'], secrets: ['token-1234'] });
    expect(line).toBe('deck ping --x •••');
  });

  it('masks credentials in addresses though nobody named them', () => {
    expect(describeCall({ tool: 'x', args: ['http://me:pw@host/'] })).toBe('x http://•••@host/');
  });

  it('shows where a word with blanks begins and ends', () => {
    expect(describeCall({ tool: 'C:\\Program Files\\deck.exe', args: ['a b', ''] })).toBe(
      '"C:\\\\Program Files\\\\deck.exe" "a b" ""',
    );
  });

  it('never shows the environment or standard input', () => {
    expect(describeCall({ tool: 'x', args: [], env: { TOKEN: 'abcd' }, stdin: 'efgh' })).toBe('x');
  });
});
