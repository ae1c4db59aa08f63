import type { JsonObject } from '../../core/json.js';
import type { Format } from '../formats/format.js';
import { target } from '../formats/host.js';
import { FaultTree } from '../problems.js';
import type { Judgement } from './judgement.js';

/** Fields that the Admin API reads before it judges the entity, and answers alone: by kind. */
const fronts: Readonly<Record<string, { field: string; format: Format }>> = {
  targets: { field: 'target', format: target },
};

export function frontFaults(kind: string, value: JsonObject, judgement: Judgement): FaultTree | undefined {
  const front = Object.hasOwn(fronts, kind) ? fronts[kind] : undefined;
  const given = front && value[front.field];
  const message = typeof given === 'string' && given !== '' ? front?.format(given, judgement) : undefined;
  if (!front || message === undefined) return undefined;
  const faults = new FaultTree();
  faults.fields.set(front.field, { code: 'wrong-format', message });
  return faults;
}
