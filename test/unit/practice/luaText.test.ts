import { expect, it } from 'vitest';
import { luaText } from '../../../src/practice/luaText.js';

it('writes a table on one line with sorted keys', () => {
  expect(luaText({ service: null, name: 'cors', route: { id: '1' } })).toBe(
    '{name="cors",route={id="1"},service=null}',
  );
});

it('gives positions to what stands behind a hole in a list', () => {
  expect(luaText(['a', null, 'b'])).toBe('{"a",[3]="b"}');
});

it('quotes keys that are no identifiers or are words of Lua', () => {
  expect(luaText({ '@entity': ['x'], end: 1 })).toBe('{["@entity"]={"x"},["end"]=1}');
});

it('escapes quotes and control characters, and writes lines in long brackets', () => {
  expect(luaText('a"b\\c')).toBe('"a\\"b\\\\c"');
  expect(luaText('a\tb')).toBe('"a\\9b"');
  expect(luaText('a\t1')).toBe('"a\\0091"');
  expect(luaText('a\nb')).toBe('[[a\nb]]');
});

it('indents by level', () => {
  expect(luaText({ a: { b: 1 } }, '  ')).toBe('{\n  a = {\n    b = 1\n  }\n}');
});
