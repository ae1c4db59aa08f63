import { describe, expect, it } from 'vitest';
import type { Format } from '../../../../src/schema/formats/format.js';
import * as host from '../../../../src/schema/formats/host.js';
import { hasPem, jwkFault, pem } from '../../../../src/schema/formats/keys.js';
import { luaFault } from '../../../../src/schema/formats/luaCode.js';
import { normalPath, path, routePath } from '../../../../src/schema/formats/path.js';
import { pcreFault } from '../../../../src/schema/formats/pcre.js';
import { routerMessage } from '../../../../src/schema/formats/rustRegex.js';
import { keyWithValue, oneLogin, template } from '../../../../src/schema/formats/config.js';
import { headerName, name, tag } from '../../../../src/schema/formats/text.js';
import { parseUrl, redirectUri, url } from '../../../../src/schema/formats/url.js';

const file = { as: 'declarative' } as const;
const takes = (format: Format, ...values: string[]): void => {
  for (const value of values) expect(format(value, file), value).toBeUndefined();
};
const refuses = (format: Format, ...values: string[]): void => {
  for (const value of values) expect(format(value, file), value).toBeTypeOf('string');
};

describe('addresses', () => {
  it('hosts', () => {
    takes(host.host, 'a.com', 'a_b', '-x', '::1', 'a.', '1.2.3.4', 'xn--x.com');
    refuses(host.host, 'a:80', 'x-', 'a..b', 'ü.com', '1.2.3.400', 'a b', '1.2.3', '[::1]:80');
  });

  it('hosts of routes', () => {
    takes(host.hostWithWildcards, '*.a.com', 'a.*', 'a.com:8080');
    refuses(host.hostWithWildcards, 'a b', 'a.com:99999');
    expect(host.hostWithWildcards('bad host', file)).toBe('invalid hostname: bad host');
  });

  it('names of servers', () => {
    takes(host.sni, 'a.com');
    refuses(host.sni, '1.2.3.4', 'a.com:1', '*.a.com');
    takes(host.wildcardHost, '*.a.com', 'a.*');
    refuses(host.wildcardHost, 'a.*.com', '*.a.*');
  });

  it('networks', () => {
    takes(host.ipOrCidr, '10.0.0.0/8', '::1', 'fe80::/10', '1.2.3.4');
    refuses(host.ipOrCidr, '::1/129', '10.0.0.0/33', 'a.com', '1.2.3.4/', '1::2::3');
  });

  it('targets, worded by who asks', () => {
    takes(host.target, 'h', 'h:80', '1.2.3.4:80', '[::1]:80', '::1');
    expect(host.target('h:', file)).toBe("Invalid target ('h:'); not a valid hostname or ip address");
    expect(host.target('h:', { as: 'admin' })).toBe('Invalid target; not a valid hostname or ip address');
  });
});

describe('paths', () => {
  it('of services', () => {
    takes(path, '/', '/a%20b', "/a:b@c!$&'()*+,;=");
    refuses(path, '/a?b', '/a#b', '/{a}', '/[a]', '/a b', '/ü', '/%zz', '/%2');
  });

  it.each([
    ['/%61', '/a'],
    ['/a/../b', '/b'],
    ['/a/./b/.', '/a/b/'],
    ['/..', '/'],
    ['/a//b', '/a/b'],
    ['/%2f', '/%2F'],
    ['/%c3%bc', '/ü'],
    ['/a.b/..c', '/a.b/..c'],
  ])('%s in normal form is %s', (given, normal) => {
    expect(normalPath(given)).toBe(normal);
    expect(normalPath(normal)).toBe(normal);
  });

  it('of routes', () => {
    takes(routePath, '/a', '/ü', '~/a/(?<id>[0-9]+)$', '~/a(?=b)');
    refuses(routePath, '/%61', '~/(bad', '~/[a', '/%zz');
  });
});

describe('regular expressions', () => {
  it('that compile', () => {
    const fine = [
      'a|b',
      '(?i)a',
      '(?<n>a)',
      '(?P<n>a)',
      '[]a]',
      '[[:alpha:]]',
      'a++',
      'a{2}',
      'a{,2}',
      '\\Qa(\\E',
      '(?>a)',
      'a*?',
      '[a-\\d]',
      '(?#c)a',
      '(?!x)a',
      '\\[',
      '^*'.slice(0, 1),
    ];
    for (const text of fine) expect(pcreFault(text), text).toBeUndefined();
  });

  it.each([
    ['/(bad', 'pcre2_compile() failed: missing closing parenthesis in "/(bad"'],
    ['a)', 'pcre2_compile() failed: unmatched closing parenthesis in "a)" at ")"'],
    ['[a-', 'pcre2_compile() failed: missing terminating ] for character class in "[a-"'],
    ['*a', 'pcre2_compile() failed: quantifier does not follow a repeatable item in "*a" at "*a"'],
    ['[z-a]', 'pcre2_compile() failed: range out of order in character class in "[z-a]" at "a]"'],
    ['a\\', 'pcre2_compile() failed: \\ at end of pattern in "a\\"'],
  ])('%s does not', (text, message) => {
    expect(pcreFault(text)).toBe(message);
  });

  it('that the router does not take', () => {
    expect(routerMessage('~/foo(?=bar)')).toContain('look-around');
    expect(routerMessage('~/(a)\\1')).toContain('backreferences are not supported');
    expect(routerMessage('~/users/(?<id>\\d+)$')).toBeUndefined();
  });
});

describe('texts', () => {
  it('names, tags, headers', () => {
    takes(name, 'a.b-c_d~1', 'größe', '名前');
    refuses(name, 'a b', 'a/b', 'a:b', '\ud800');
    takes(tag, 'two words', 'prod', 'größe', '{a}');
    refuses(tag, 'a,b', 'a/b', 'tab\tx', '');
    takes(headerName, 'X-Key_1');
    refuses(headerName, 'X Key', 'x:y');
  });

  it('urls', () => {
    expect(parseUrl('https://u:p@h.com:81/a;b?c#d')).toEqual({
      scheme: 'https',
      login: 'u:p',
      host: 'h.com',
      port: '81',
      path: '/a',
      fragment: 'd',
    });
    takes(url, 'http://h', 'https://h:1/x');
    expect(url('http:/x', file)).toBe('missing host in url');
    expect(url('//h', file)).toBe('missing scheme in url');
    expect(redirectUri('/rel', file)).toBe("cannot parse '/rel'");
    expect(redirectUri('https://a/#b', file)).toBe("fragment not allowed in 'https://a/#b'");
  });
});

describe('keys', () => {
  const block = (label: string, body = 'QUJDREVGR0hJSktMTU5PUA=='): string =>
    `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

  it('PEM by its form', () => {
    expect(hasPem(block('CERTIFICATE'), /^CERTIFICATE$/)).toBe(true);
    expect(hasPem(block('PRIVATE KEY'), /^CERTIFICATE$/)).toBe(false);
    expect(hasPem(block('CERTIFICATE', 'not base64!'), /^CERTIFICATE$/)).toBe(false);
    expect(hasPem('garbage', /./)).toBe(false);
  });

  it('pairs, unless a vault has one', () => {
    expect(pem({ public_key: 'x' }, file)).toBe('could not load public key');
    expect(pem({ public_key: 'x', private_key: '{vault://env/k}' }, file)).toBeUndefined();
    expect(pem({ public_key: block('PUBLIC KEY') }, file)).toBeUndefined();
  });

  it('JSON Web Keys', () => {
    expect(jwkFault('{"kty":"RSA","n":"x","e":"AQAB"}', undefined)).toBeUndefined();
    for (const text of ['{"kty":"oct","k":"YWJj"}', 'not json', '[]', '{"kty":"RSA"}']) {
      expect(jwkFault(text, undefined), text).toBe('could not load JWK, likely not a valid key');
    }
  });
});

describe('Lua code', () => {
  it('that compiles', () => {
    const fine = [
      'return 1 + 1',
      'local n = 1',
      'kong.log.err("(")',
      '-- just (a comment',
      'f()',
      'return',
      'x = [[ ( ]]',
      'return function(c) c = c or 1 end',
      'local größe = 1; goto done; ::done::',
      'return 0x10ULL, 2i',
      'a = 1;; while true do break; f() end',
    ];
    for (const code of fine) expect(luaFault(code), code).toBeUndefined();
  });

  it.each([
    ['x =', "unexpected symbol near '<eof>'"],
    ['return (', "unexpected symbol near '<eof>'"],
    ['end', "'<eof>' expected near 'end'"],
    ['with space', "'=' expected near 'space'"],
    ['{vault://env/x}', "unexpected symbol near '{'"],
    ['f(1', "')' expected near '<eof>'"],
    ['if x then return 1', "'end' expected near '<eof>'"],
    ['a:b', "function arguments expected near '<eof>'"],
    ['('.repeat(100_000), 'chunk has too many syntax levels'],
  ])('%s does not', (code, fault) => {
    expect(luaFault(code)?.message).toBe(fault);
  });

  it('says on which line', () => {
    expect(luaFault('local n = 1\n\nn = )')?.line).toBe(3);
  });
});

describe('templates', () => {
  it('whose placeholders are expressions', () => {
    takes(
      template,
      'plain',
      '/a/$(uri_captures[1])',
      '$(headers.host or "none")',
      "$('$(escaped)')",
      '$(never closed',
      '#a',
    );
    refuses(template, '$()', '$(two words)', 'a $(fine) $(a,)', '$(headers["a)"])');
  });

  it('as values of pairs', () => {
    takes(keyWithValue, 'a:b', 'a:$(headers.x)');
    refuses(keyWithValue, 'a', 'a:', 'a:$(two words)');
  });

  it('that take one login, not two', () => {
    const judge = (http_endpoint: string, headers: Record<string, string>) =>
      oneLogin({ http_endpoint, headers }, file);
    expect(judge('http://u:p@h', { AuthoRization: 'x' })).toContain('user info');
    expect(judge('http://u:p@h', { 'x-a': 'x' })).toBeUndefined();
    expect(judge('http://h/@', { authorization: 'x' })).toBeUndefined();
    expect(judge('{vault://env/endpoint}', { authorization: 'x' })).toBeUndefined();
  });
});
