import type { Json, JsonObject } from '../../core/json.js';
import type { Judgement } from '../checks/judgement.js';

/**
 * True when the engine would surely find nothing; false leaves the value to it. Most values are sound, and to see that takes
 * neither copies nor trees of faults.
 */
export type Acceptor = (value: Json, judgement: Judgement) => boolean;

/** The same, of a record that has not been filled in. */
export type RecordAcceptor = (record: JsonObject, judgement: Judgement) => boolean;
