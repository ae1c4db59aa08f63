import { type Check, exactlyOne, listOf, section, text } from './fieldChecks.js';
import { isObject, type Json } from './json.js';
import { kindNames } from './kindNames.js';
import { isSecretField } from './secretFields.js';
import { didYouMean, suggest } from './suggest.js';

/** Which entities an override is for. What is absent may be anything; `*` in a name stands for any text. */
export interface OverrideSelector {
  kind?: string;
  name?: string;
  tag?: string;
  workspace?: string;
}

/** Old values, and those that take their place. */
export type Replacements = Record<string, string>;

/**
 * What is other in an environment than in the one that a snapshot comes from. Of `set`, `hosts`, `targets`, `tags` and
 * `vaults` it has one.
 */
export interface Override {
  select?: OverrideSelector;
  /** New values by field, such as `config.redis.host`; null takes a value away. */
  set?: Record<string, Json>;
  /** Names of hosts: of services, of routes and their SNIs, of upstreams. */
  hosts?: Replacements;
  /** Targets of upstreams: `10.0.0.1:8000`, or the address alone. */
  targets?: Replacements;
  tags?: Replacements;
  /** Prefixes of vaults, and of the references `{vault://prefix/…}` to them. */
  vaults?: Replacements;
}

export const overrideForms = ['set', 'hosts', 'targets', 'tags', 'vaults'] as const;

/** An override in a few words, to be named in a plan: `set config.redis.host of plugins`. */
export function overrideText(override: Override): string {
  const form = overrideForms.find((each) => override[each] !== undefined) ?? 'set';
  const { kind, name, tag, workspace } = override.select ?? {};
  const what = [
    kind ?? (form === 'set' ? 'entities' : undefined),
    name !== undefined && `called ${name}`,
    tag !== undefined && `tagged ${tag}`,
    workspace !== undefined && `in workspace ${workspace}`,
  ].filter((part) => typeof part === 'string');
  const given = override[form] ?? {};
  const changes = Object.entries(given).map(([from, to]) => (form === 'set' ? from : `${from} → ${String(to)}`));
  return `${form} ${changes.join(', ')}${what.length > 0 ? ` of ${what.join(' ')}` : ''}`;
}

const replacements: Check = (value) => {
  if (!isObject(value) || Object.keys(value).length === 0) return 'It must be a map of old values and new ones.';
  const wrong = Object.entries(value).find(([, to]) => text(to) !== undefined);
  return wrong && `The new value of ${JSON.stringify(wrong[0])} must be a text.`;
};

const fieldPath = /^[a-z0-9_]+(?:\.[^.\s]+)*$/i;

const fields: Check = (value) => {
  if (!isObject(value) || Object.keys(value).length === 0) return 'It must be a map of fields and their new values.';
  for (const [path, content] of Object.entries(value)) {
    if (!fieldPath.test(path)) return `${JSON.stringify(path)} is not a field such as host or config.redis.host.`;
    if (path === 'id') return 'An id is not to be set: references would lead nowhere.';
    const isSecret = isSecretField('', path) && typeof content === 'string';
    if (isSecret && !content.startsWith('{vault://')) {
      return `${path}: A secret does not belong in this file: name it with {vault://…}.`;
    }
  }
  return undefined;
};

/** A plugin may bring kinds of its own, so only what looks like a slip is one. */
const kind: Check = (value) => {
  const problem = text(value);
  if (problem !== undefined || kindNames.includes(String(value))) return problem;
  const close = suggest(String(value), kindNames);
  return close.length > 0 ? `There is no kind "${String(value)}".${didYouMean(close)}` : undefined;
};

const override = exactlyOne(
  overrideForms,
  section({
    select: section({ kind, name: text, tag: text, workspace: text }),
    set: fields,
    hosts: replacements,
    targets: replacements,
    tags: replacements,
    vaults: replacements,
  }),
);

/** A field must be of some kind: nothing is set in all entities of a gateway by mistake. */
const overrideOfKind: Check = (value) => {
  const problem = override(value);
  if (problem !== undefined || !isObject(value) || value['set'] === undefined) return problem;
  const { select } = value;
  return isObject(select) && typeof select['kind'] === 'string' ? undefined : 'set: It must have select with a kind.';
};

export const overridesCheck: Check = listOf(overrideOfKind, `maps of select and one of ${overrideForms.join(', ')}`);
