import { describe, expect, it } from 'vitest';
import { answeredHeaders, baseAddress, headerName, httpAddress, sentHeaders } from '../../../src/core/httpFields.js';

describe('an address', () => {
  const base = baseAddress('http://localhost:8001');

  it('is one of HTTP', () => {
    expect(httpAddress()('https://shop.test/health?deep=1')).toBeUndefined();
    expect(httpAddress('http://localhost:8001')('localhost')).toContain('http://localhost:8001');
    expect(base('ftp://localhost')).toContain('http');
    expect(base(8001)).toContain('http://localhost:8001');
  });

  it('that paths are put behind holds no credentials and no query', () => {
    expect(base('http://localhost:8001/admin')).toBeUndefined();
    expect(base('http://ann:secret@localhost:8001')).toContain('password');
    expect(base('http://localhost:8001?a=1')).toContain('before the ?');
  });
});

describe('headers', () => {
  it('have names of HTTP', () => {
    expect(headerName('x-api-key')).toBeUndefined();
    expect(headerName('x api')).toContain('HTTP header');
    expect(sentHeaders({ 'x api': 'a' })).toContain('"x api"');
    expect(answeredHeaders(['x-api'])).toContain('map');
  });

  it('that are sent name their secrets, those of an answer are compared as they are', () => {
    expect(sentHeaders({ accept: 'text/html', apikey: '${env:KEY}' })).toBeUndefined();
    expect(sentHeaders({ apikey: 'in-clear' })).toContain('secret');
    expect(sentHeaders({ accept: 1 })).toContain('accept');
    expect(answeredHeaders({ 'set-cookie': 'a=b', 'x-empty': '' })).toBeUndefined();
    expect(answeredHeaders({ 'x-number': 1 })).toContain('x-number');
  });
});
