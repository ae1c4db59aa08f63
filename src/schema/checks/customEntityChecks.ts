import { isObject } from '../../core/json.js';
import { readCertificate } from '../formats/certificateBody.js';
import { jwkFault, parsedJson } from '../formats/keys.js';
import { routerMessage } from '../formats/rustRegex.js';
import { dictionaryFault } from '../formats/sharedDictionary.js';
import { isReference } from '../lua.js';
import { enterpriseRules, enterpriseRulesAnywhere } from './enterpriseChecks.js';
import type { EntityRule } from './judgement.js';

const keys: EntityRule = ({ jwk, kid }, { crypto }) => {
  if (typeof jwk !== 'string' || isReference(jwk)) return undefined;
  const parsed = parsedJson(jwk);
  if (isObject(parsed) && parsed.kid !== kid) return 'kid in jwk.kid must be equal to keys.kid';
  return jwkFault(jwk, crypto?.jwk);
};

const pair =
  (certificate: string, key: string): EntityRule =>
  (entity, { crypto }) => {
    const [cert, secret] = [entity[certificate], entity[key]];
    return typeof cert === 'string' && typeof secret === 'string' ? crypto?.pair?.(cert, secret) : undefined;
  };

const differentTypes: EntityRule = ({ cert, cert_alt: other }, { crypto }) =>
  typeof cert === 'string' && typeof other === 'string' ? crypto?.differentTypes?.(cert, other) : undefined;

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

/** Certificates in a database that there is none of. */
const acmeStorage: EntityRule = ({ config }, { facts }) =>
  facts.database === 'off' && isObject(config) && config.storage === 'kong'
    ? `"kong" storage can't be used with dbless mode`
    : undefined;

/** The memory that a cache is to live in. Of a file that is not judged: what the gateway's nginx has, no file tells. */
const cacheMemory: EntityRule = ({ config }, { as }) => {
  if (as !== 'admin' || !isObject(config) || config.strategy !== 'memory' || !isObject(config.memory)) return undefined;
  const { dictionary_name: name } = config.memory;
  return typeof name === 'string' ? dictionaryFault(name) : undefined;
};

/** Anthropic's completions come without figures. */
const figuresOfModel: EntityRule = ({ route_type: route, model, logging }) => {
  if (!isObject(logging) || logging.log_statistics !== true || route !== 'llm/v1/completions') return undefined;
  if (!isObject(model) || model.provider !== 'anthropic') return undefined;
  return `${model.provider} does not support statistics when route_type is ${route}`;
};

/** Without WebAssembly there are no filters, and Kong says so beside the names that it does not know. */
const webAssembly: EntityRule = (_, { facts }) => {
  const names = facts.entities.filter_chains?.fields.filters?.elements?.fields?.name?.one_of;
  return names?.length === 0 ? 'wasm support is not enabled' : undefined;
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
  'certificates:': {
    'cert key': pair('cert', 'key'),
    'cert_alt key_alt': pair('cert_alt', 'key_alt'),
    'cert cert_alt': differentTypes,
  },
  'ca_certificates:': { cert: authority },
  'routes:': { [routeFields]: router },
  'filter_chains:': { filters: webAssembly },
  'plugins/acme:': { 'config.storage': acmeStorage },
  'plugins/aws-lambda:': { 'config.proxy_url': awsProxy },
  'plugins/proxy-cache:': { config: cacheMemory },
  'plugins/proxy-cache-advanced:': { config: cacheMemory },
  ...enterpriseRules,
};

/** Checks of records that stand in many places, by the fields they are given. */
const anywhere: Readonly<Record<string, EntityRule>> = {
  'route_type model logging': figuresOfModel,
  ...enterpriseRulesAnywhere,
};

export function entityRuleAt(place: string, sources: string): EntityRule | undefined {
  const here = Object.hasOwn(rules, place) ? rules[place] : undefined;
  if (here && Object.hasOwn(here, sources)) return here[sources];
  return Object.hasOwn(anywhere, sources) ? anywhere[sources] : undefined;
}
