import { describe, expect, it } from 'vitest';
import { luaPattern } from '../../../src/schema/luaPattern.js';

describe('luaPattern', () => {
  it.each([
    ['^%u+$', 'GET', 'get'],
    ['^[a-z][a-z%d-]-[a-z%d]+$', 'my-env', 'Bad Prefix'],
    ['^[^*]*%*?[^*]*$', '*.a.com', '*.*.com'],
    ['^%*%.', '*.com', 'a.com'],
    ['%.%*$', 'a.*', 'a.com'],
    ['^[^:]+:.*$', 'name:value', 'name'],
    ['^[*&%%\\`]+$', '*%`', 'file'],
    ['^/', '/x', 'x'],
    ['//', '/a//b', '/a/b'],
    ['^%d+[%.%d]*$', '3.9.1', 'v3'],
    ['^(%a+)$', 'abc', 'ab1'],
    ['^[%a_][%a%d_]*$', 'X_1', '1X'],
    ['^%S+$', 'word', 'two words'],
    ['^[]]$', ']', '['],
    ['a$b', 'a$b', 'ab'],
  ])('%s takes %s and refuses %s', (pattern, taken, refused) => {
    const regex = luaPattern(pattern);
    expect(regex?.test(taken)).toBe(true);
    expect(regex?.test(refused)).toBe(false);
  });

  it.each(['%b()', '%f[%w]', '(.)%1', '[a', '%'])('says nothing of %s', (pattern) => {
    expect(luaPattern(pattern)).toBeUndefined();
  });
});
