import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import pems from '../../../src/practice/believablePems.json' with { type: 'json' };
import type { JsonObject } from '../../../src/core/json.js';
import { nodeCrypto } from '../../../src/schema/nodeCrypto.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { shippedFacts } from './corpus.js';

const { shop, pay } = pems;
const publicPem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });

const problems = (version: string, certificate: JsonObject): string[] =>
  validateEntity(shippedFacts(version), 'certificates', certificate, { as: 'declarative', crypto: nodeCrypto }).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

it.each(['2.8', '3.9'])('takes a pair, and a public key where a vault has the certificate: %s', (version) => {
  expect(problems(version, { cert: shop.cert, key: shop.key })).toEqual([]);
  expect(problems(version, { cert: pay.cert, key: pay.key })).toEqual([]);
  expect(problems(version, { cert: '{vault://env/cert}', key: String(publicPem) })).toEqual([]);
});

it('tells halves that do not belong together, secret or not, whatever was asked before', () => {
  const mismatch = [expect.stringContaining('certificate does not match key') as string];
  expect(problems('3.9', { cert: shop.cert, key: pay.key })).toEqual(mismatch);
  expect(problems('3.9', { cert: shop.cert, key: String(publicPem) })).toEqual(mismatch);
  expect(problems('3.9', { cert: shop.cert, key: shop.key })).toEqual([]);
});
