import { describe, expect, it } from 'vitest';
import { idOf, isOwnerName, sameOwner } from '../../../src/drivers/filesOwners.js';

describe('sameOwner', () => {
  it('goes by names where both have them, else by numbers', () => {
    const kong = { uid: 1000, gid: 1000, owner: 'kong', group: 'kong' };
    expect(sameOwner(kong, { ...kong, uid: 999, gid: 998 })).toBe(true);
    expect(sameOwner(kong, { ...kong, owner: 'root' })).toBe(false);
    expect(sameOwner(kong, { uid: 1000, gid: 1000 })).toBe(true);
    expect(sameOwner(kong, { uid: 1, gid: 1000 })).toBe(false);
    expect(sameOwner({}, kong)).toBe(true);
  });

  it('takes no option for a name', () => {
    expect(['kong', '_www', 'machine$', 'DOMAIN\\some user'].every(isOwnerName)).toBe(true);
    expect(['', '-R', '--reference=/x', '0', 'a:b', 'a\nb'].some(isOwnerName)).toBe(false);
    expect(idOf(new Map([[7, 'kong']]), 'kong')).toBe(7);
    expect(idOf(new Map([[7, 'kong']]), undefined)).toBeUndefined();
  });
});
