import type { JsonObject } from '../../core/json.js';
import { getField, isNonempty, quotedList } from '../lua.js';
import { messages } from '../messages.js';
import type { FaultTree } from '../problems.js';

/** Values that Kong rewrites when it stores them, and the fields it needs for that: a password is hashed with its owner's id. */
const transformed: Readonly<Record<string, { input: string[]; needs: string[] }>> = {
  basicauth_credentials: { input: ['password'], needs: ['consumer.id'] },
};

/** @param given the entity before defaults: only what was given is rewritten. */
export function transformationFaults(kind: string, value: JsonObject, given: JsonObject, faults: FaultTree): void {
  const transformation = Object.hasOwn(transformed, kind) ? transformed[kind] : undefined;
  if (!transformation?.input.some((name) => isNonempty(getField(given, name)))) return;
  const all = [...transformation.input, ...transformation.needs];
  if (all.every((name) => isNonempty(getField(value, name)))) return;
  faults.entity.push({ code: 'entity-check', message: messages.mutuallyRequired(quotedList(all)) });
}
