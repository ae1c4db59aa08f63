import { isObject, type Json, type JsonObject } from '../core/json.js';

/** Without nulls, which gateways of other versions write or leave out, and with names in order. */
export function settled(value: Json): Json {
  if (Array.isArray(value)) return value.map(settled);
  if (!isObject(value)) return value;
  const names = Object.keys(value)
    .filter((name) => (value[name] ?? null) !== null)
    .sort();
  return Object.fromEntries(names.map((name) => [name, settled(value[name] ?? null)]));
}

/** Equal for values that mean the same. */
export const stableText = (value: Json): string => JSON.stringify(settled(value));

/** What has to be sent so that fields become these; what is to go away is null. Undefined when nothing has to. */
export function changesTo(
  wanted: JsonObject,
  before: JsonObject,
  changeable: readonly string[] | undefined,
): JsonObject | undefined {
  const names = changeable ?? [...new Set([...Object.keys(before), ...Object.keys(wanted)])];
  const changes: JsonObject = {};
  for (const name of names) {
    const [from, to] = [before[name] ?? null, wanted[name] ?? null];
    if (stableText(from) !== stableText(to)) changes[name] = withoutOthers(to, from);
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** A change of a record is merged by Kong: what it is not to have any more must be said. */
function withoutOthers(to: Json, from: Json): Json {
  if (!isObject(to) || !isObject(from)) return to;
  return { ...Object.fromEntries(Object.keys(from).map((name) => [name, null])), ...to };
}
