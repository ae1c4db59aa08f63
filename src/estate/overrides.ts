import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Override, OverrideSelector, Replacements } from '../core/overrides.js';
import type { Entity } from './entity.js';

export interface Overridden {
  entities: Entity[];
  /** For each override, how many entities it changed. */
  hits: number[];
}

/** Entities as they are meant for another environment. What no override is about is the same object as before. */
export function applyOverrides(
  entities: readonly Entity[],
  overrides: readonly Override[],
  workspace: string,
): Overridden {
  const hits = overrides.map(() => 0);
  const rules = overrides.map((override) => ({
    isMeant: selectorOf(override.select ?? {}, workspace),
    change: changeOf(override),
  }));
  const changed = entities.map((entity) => {
    let current = entity;
    rules.forEach(({ isMeant, change }, index) => {
      if (!isMeant(current)) return;
      const fields = change(current);
      if (fields === current.fields) return;
      hits[index] = (hits[index] ?? 0) + 1;
      current = { kind: current.kind, fields };
    });
    return current;
  });
  return { entities: changed, hits };
}

function selectorOf(select: OverrideSelector, workspace: string): (entity: Entity) => boolean {
  const { kind, name, tag } = select;
  if (select.workspace !== undefined && select.workspace !== workspace) return () => false;
  const pattern = name === undefined ? undefined : globOf(name);
  return (entity) => {
    if (kind !== undefined && entity.kind !== kind) return false;
    const { tags, ...fields } = entity.fields;
    if (tag !== undefined && !(Array.isArray(tags) && tags.includes(tag))) return false;
    if (!pattern) return true;
    const names = [
      fields['id'],
      fields['name'],
      fields['instance_name'],
      fields['username'],
      fields['prefix'],
      fields['target'],
    ];
    return names.some((value) => typeof value === 'string' && pattern.test(value));
  };
}

/** `*` stands for any text. */
const globOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

type FieldsChange = (entity: Entity) => JsonObject;

function changeOf({ set, hosts, targets, tags, vaults }: Override): FieldsChange {
  if (set) return ({ fields }) => setFields(fields, set);
  if (hosts) return ({ kind, fields }) => replaceIn(fields, hostFields[kind] ?? [], exactly(hosts));
  if (targets) return ({ kind, fields }) => replaceIn(fields, kind === 'targets' ? ['target'] : [], addresses(targets));
  if (tags) return ({ fields }) => replaceIn(fields, ['tags'], exactly(tags));
  return ({ kind, fields }) => inVaults(kind, fields, vaults ?? {});
}

function setFields(fields: JsonObject, set: Record<string, Json>): JsonObject {
  return Object.entries(set).reduce((result, [path, value]) => setAt(result, path.split('.'), value), fields);
}

function setAt(fields: JsonObject, [name = '', ...rest]: string[], value: Json): JsonObject {
  const inner = fields[name];
  const next = rest.length === 0 ? value : setAt(isObject(inner) ? inner : {}, rest, value);
  if (next === inner || JSON.stringify(next) === JSON.stringify(inner)) return fields;
  return { ...fields, [name]: next };
}

/** Fields that hold names of hosts. A service finds its upstream by name, so that both are replaced alike. */
const hostFields: Readonly<Record<string, readonly string[]>> = {
  services: ['host'],
  routes: ['hosts', 'snis'],
  snis: ['name'],
  upstreams: ['name', 'host_header'],
};

const exactly =
  (replacements: Replacements) =>
  (value: string): string =>
    Object.hasOwn(replacements, value) ? (replacements[value] ?? value) : value;

/** The whole of it, or the address in front of the port. */
const addresses =
  (replacements: Replacements) =>
  (value: string): string => {
    const whole = exactly(replacements)(value);
    if (whole !== value) return whole;
    const [, host = '', port = ''] = /^(.*)(:\d+)$/.exec(value) ?? [];
    const other = exactly(replacements)(host);
    return other === host ? value : `${other}${port}`;
  };

function replaceIn(fields: JsonObject, names: readonly string[], replace: (value: string) => string): JsonObject {
  let result = fields;
  for (const name of names) {
    const value = fields[name];
    const next =
      typeof value === 'string'
        ? replace(value)
        : Array.isArray(value)
          ? [...new Set(value.map((item) => (typeof item === 'string' ? replace(item) : item)))]
          : value;
    if (next !== undefined && JSON.stringify(next) !== JSON.stringify(value)) result = { ...result, [name]: next };
  }
  return result;
}

const vaultReference = /^\{vault:\/\/([^/}]+)/;

function inVaults(kind: string, fields: JsonObject, vaults: Replacements): JsonObject {
  const replace = exactly(vaults);
  const own = kind === 'vaults' ? replaceIn(fields, ['prefix'], replace) : fields;
  return mapTexts(own, (text) =>
    text.replace(vaultReference, (_, prefix: string) => `{vault://${replace(prefix)}`),
  ) as JsonObject;
}

/** The same value where nothing in it is another one. */
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => mapTexts(item, change));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)] as const);
  return entries.some(([name, inner]) => inner !== value[name]) ? Object.fromEntries(entries) : value;
}
