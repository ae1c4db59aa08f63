import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOurs, memberTest, patternsOf } from '../../../src/drivers/filesPatterns.js';
import { filesHere } from '../../../src/drivers/filesHere.js';
import type { FilesSet } from '../../../src/drivers/filesSets.js';

const setOf = (paths: string[], exclude: string[] = [], windows = false): FilesSet => ({
  name: 'a',
  paths,
  exclude,
  expected: [],
  place: { ...filesHere(), path: windows ? path.win32 : path.posix, isWindows: windows },
});

describe('patternsOf', () => {
  it('tells paths from globs, and how deep a glob goes', () => {
    const [plain, flat, deep, braces, escaped] = patternsOf(
      setOf(['/etc/kong/kong.conf', '/etc/*/k?.conf', '/a/**/x', '/a/{b,c/d}/e', '/a/\\[x\\]']),
    );
    expect(plain).toEqual({ text: '/etc/kong/kong.conf', literal: '/etc/kong/kong.conf' });
    expect(flat?.glob).toMatchObject({ base: '/etc', depth: 2 });
    expect(deep?.glob).toMatchObject({ base: '/a', depth: 40 });
    expect(braces?.glob?.matches('/a/c/d/e')).toBe(true);
    expect(braces?.glob?.depth).toBeGreaterThanOrEqual(3);
    expect(escaped).toEqual({ text: '/a/\\[x\\]', literal: '/a/[x]' });
  });

  it('finds hidden files, and names with line breaks', () => {
    const [pattern] = patternsOf(setOf(['/a/*.pem']));
    expect(pattern?.glob?.matches('/a/.x.pem')).toBe(true);
    expect(pattern?.glob?.matches('/a/x\ny.pem')).toBe(true);
    expect(pattern?.glob?.matches('/a/b/x.pem')).toBe(false);
  });

  it('takes paths of Windows, without looking at case', () => {
    const [pattern] = patternsOf(setOf(['C:/Kong/*.conf'], [], true));
    expect(pattern?.glob?.base).toBe('C:\\Kong');
    expect(pattern?.glob?.matches('C:/kong/KONG.CONF')).toBe(true);
  });
});

describe('memberTest', () => {
  it('says what the environment names, and nothing else', () => {
    const isMember = memberTest(setOf(['/etc/kong', '/opt/*.pem'], ['**/old', '/etc/kong/*.log']));
    const yes = ['/etc/kong', '/etc/kong/kong.conf', '/etc/kong/a/b', '/opt/x.pem'];
    const no = ['/etc/kongs', '/etc/passwd', '/opt/a/x.pem', '/etc/kong/old/x', '/etc/kong/a.log'];
    expect(yes.filter((each) => !isMember(each))).toEqual([]);
    expect(no.filter(isMember)).toEqual([]);
  });

  it('never takes what a restore kept or left', () => {
    const isMember = memberTest(setOf(['/etc/kong']));
    expect(isMember('/etc/kong/kong.conf.kong-backup-20261121T140000000Z')).toBe(false);
    expect(isMember('/etc/kong/.kong-restore-0a1b2c/new')).toBe(false);
    expect(isOurs('/etc/kong/kong.conf.kong-backup-notes')).toBe(false);
  });
});
