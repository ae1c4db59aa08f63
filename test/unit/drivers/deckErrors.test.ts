import { describe, expect, it } from 'vitest';
import { deckError } from '../../../src/drivers/deckErrors.js';

const code = (...errors: string[]) => deckError('http://k:8001', errors, []).code;
const get = 'reading Kong version: making HTTP request: Get "http://k:8001/"';

describe('deckError', () => {
  it.each([
    [`${get}: dial tcp 127.0.0.1:1: connect: connection refused`, 'gateway-unreachable'],
    [`${get}: dial tcp: lookup k: no such host`, 'gateway-unreachable'],
    [`${get}: http: server gave HTTP response to HTTPS client`, 'gateway-unreachable'],
    [`${get}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`, 'gateway-timeout'],
    ['reading Kong version: HTTP status 401 (message: "No API key found in request")', 'gateway-unauthorized'],
    ['reading configuration from Kong: acls: HTTP status 403 (message: "no")', 'gateway-forbidden'],
    ["reading Kong version: invalid character '<' looking for beginning of value", 'gateway-not-kong'],
    ['reading Kong version: HTTP status 404 (message: "Not found")', 'gateway-not-kong'],
    ['reading Kong version: HTTP status 502 (message: "<failed to parse response body>")', 'gateway-unreachable'],
    ['x failed: HTTP status 503 (message: "name resolution failed")', 'gateway-busy'],
    ['x failed: HTTP status 405 (message: "cannot create when not using a database")', 'gateway-read-only-mode'],
    ['x failed: HTTP status 409 (message: "UNIQUE violation")', 'gateway-conflict'],
    ['x failed: HTTP status 400 (message: "schema violation")', 'gateway-rejected'],
    ["workspace 'nope' does not exist in Kong", 'workspace-missing'],
    ['invalid URL: parse "not a url": invalid URI for request', 'environment-invalid'],
    ['reading file: validating file content: unmarshaling file content: yaml: line 4', 'file-invalid'],
    ['building state: service nope for plugin key-auth: entity not found', 'file-invalid'],
    ['building state: inserting service s: entity already exists', 'file-invalid'],
    ["cannot apply '1.1' config format version to Kong version 3.0 or above.", 'file-invalid'],
    ['it seems like you are trying to sync an empty configuration file or directory.', 'file-invalid'],
    ['writing file: open x/y.yaml: no such file or directory', 'store-unwritable'],
    ['writing file: write x.yaml: no space left on device', 'store-full'],
    ['panic: something new', 'tool-failed'],
  ])('%s: %s', (error, expected) => expect(code(error)).toBe(expected));

  it('shows what decK said, up to three errors, without secrets', () => {
    const { reason } = deckError('p', ['a s3cret', 'b', 'c', 'd', 'e'], ['s3cret']);
    expect(reason).toBe('decK: a •••; b; c (and 2 more).');
  });
});
