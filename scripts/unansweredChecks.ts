import type { EntityCheck } from '../src/schema/facts.js';

const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'];
const config = (names: string[]): string[] => names.map((name) => `config.${name}`);

const needs = (field: string, value: string, then: string): EntityCheck => ({
  conditional: {
    if_field: `config.${field}`,
    if_match: { eq: value },
    then_field: `config.${then}`,
    then_match: { required: true },
  },
});

const onlyWith = (protocols: string[], field: string): EntityCheck => ({
  conditional: {
    if_field: 'protocol',
    if_match: { not_one_of: protocols },
    then_field: field,
    then_match: { eq: null },
  },
});

const phases = ['functions', 'certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log'];
const redis = ['redis_host', 'redis_port', 'redis_timeout'].map((field) => needs('policy', 'redis', field));
const allowOrDeny: EntityCheck = { at_least_one_of: config(['allow', 'deny']) };

/** Checks over several fields that a gateway of a version has and its `/schemas` does not tell: Kong does from 3.0 on. */
export const unansweredChecks: Readonly<
  Record<string, { entities: Record<string, EntityCheck[]>; plugins: Record<string, EntityCheck[]> }>
> = {
  '2.8': {
    entities: {
      services: [
        {
          conditional: {
            if_field: 'protocol',
            if_match: { one_of: ['tcp', 'tls', 'udp', 'grpc', 'grpcs'] },
            then_field: 'path',
            then_match: { eq: null },
          },
        },
        onlyWith(['https', 'tls'], 'client_certificate'),
        onlyWith(['https'], 'tls_verify'),
        onlyWith(['https'], 'tls_verify_depth'),
        onlyWith(['https'], 'ca_certificates'),
      ],
    },
    plugins: {
      acme: [
        {
          conditional: {
            if_field: 'config.api_uri',
            if_match: {
              one_of: ['https://acme-v02.api.letsencrypt.org', 'https://acme-staging-v02.api.letsencrypt.org'],
            },
            then_field: 'config.tos_accepted',
            then_match: { eq: true },
            then_err: 'terms of service must be accepted, see https://letsencrypt.org/repository/',
          },
        },
      ],
      acl: [{ only_one_of: config(['allow', 'deny']) }, allowOrDeny],
      'aws-lambda': [
        { mutually_required: config(['aws_key', 'aws_secret']) },
        { mutually_exclusive: config(['aws_region', 'host']) },
        { custom_entity_check: { field_sources: ['config.proxy_url'] } },
      ],
      'ip-restriction': [allowOrDeny],
      'post-function': [{ at_least_one_of: config(phases) }],
      'pre-function': [{ at_least_one_of: config(phases) }],
      'proxy-cache': [{ custom_entity_check: { field_sources: ['config'] } }],
      'rate-limiting': [
        { at_least_one_of: config(periods) },
        ...redis,
        needs('limit_by', 'header', 'header_name'),
        needs('limit_by', 'path', 'path'),
      ],
      'response-ratelimiting': redis,
    },
  },
};
