import { isObject, type JsonObject } from '../../core/json.js';
import type { FormatContext } from '../formats/format.js';
import { readCertificate } from '../formats/certificateBody.js';
import { jwkFault, parsedJwk } from '../formats/keys.js';
import { routerMessage } from '../formats/rustRegex.js';
import { isReference } from '../lua.js';

/** A check over several fields that Kong does in Lua. @returns Kong's answer; undefined when it has nothing against. */
export type EntityRule = (entity: JsonObject, context: FormatContext) => string | undefined;

const keys: EntityRule = ({ jwk, kid }, { crypto }) => {
  if (typeof jwk !== 'string' || isReference(jwk)) return undefined;
  const parsed = parsedJwk(jwk);
  if (isObject(parsed) && parsed.kid !== kid) return 'kid in jwk.kid must be equal to keys.kid';
  return jwkFault(jwk, crypto?.jwk);
};

const pair =
  (certificate: string, key: string): EntityRule =>
  (entity, { crypto }) => {
    const [cert, secret] = [entity[certificate], entity[key]];
    return typeof cert === 'string' && typeof secret === 'string' ? crypto?.pair?.(cert, secret) : undefined;
  };

const authority: EntityRule = ({ cert }, { crypto }) => {
  if (typeof cert !== 'string') return undefined;
  const body = readCertificate(cert);
  if (body?.authority === false) {
    return 'certificate does not appear to be a CA because it is missing the "CA" basic constraint';
  }
  if (body?.notAfter && body.notAfter.getTime() < Date.now()) {
    return 'certificate expired, "Not After" time is in the past';
  }
  return crypto?.authority?.(cert);
};

const awsProxy: EntityRule = ({ config }) => {
  const proxy = isObject(config) ? config.proxy_url : undefined;
  const scheme = typeof proxy === 'string' ? /^([^:]+):\/\//.exec(proxy)?.[1] : undefined;
  return scheme === undefined || scheme === 'http' ? undefined : 'proxy_url scheme must be http';
};

/** The router compiles its expressions with another engine than the one that judged the path. */
const router: EntityRule = ({ paths }) => {
  for (const path of Array.isArray(paths) ? paths : []) {
    const message = typeof path === 'string' && path.startsWith('~') ? routerMessage(path) : undefined;
    if (message !== undefined) return message;
  }
  return undefined;
};

const routeFields =
  'id protocols snis sources destinations methods hosts paths headers expression regex_priority priority';

/** By the place of the record, then by the fields the check is given. */
const rules: Readonly<Record<string, Readonly<Record<string, EntityRule>>>> = {
  'keys:': { 'jwk pem kid': keys },
  'certificates:': { 'cert key': pair('cert', 'key'), 'cert_alt key_alt': pair('cert_alt', 'key_alt') },
  'ca_certificates:': { cert: authority },
  'routes:': { [routeFields]: router },
  'plugins/aws-lambda:': { 'config.proxy_url': awsProxy },
};

export function entityRuleAt(place: string, sources: string): EntityRule | undefined {
  const here = Object.hasOwn(rules, place) ? rules[place] : undefined;
  return here && Object.hasOwn(here, sources) ? here[sources] : undefined;
}
