import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { type OwnSchemas, ownSchemas, withOwnSchemas } from '../schema/ownSchemas.js';

/** A gateway's own schemas, as the client gave them: nothing in them is taken for granted. */
export class KnownSchemas {
  private sent: { line: string; entities: Record<string, JsonObject>; plugins: Record<string, JsonObject> } | undefined;
  private read = new WeakMap<SchemaFacts, OwnSchemas>();

  constructor(
    private readonly changed: () => void,
    private readonly warn: (message: string) => void,
  ) {}

  /** @param sent as it came; what is not understood is left out. */
  learn(sent: unknown): void {
    const { gatewayVersion, entities, plugins } = (isObject(sent as Json) ? sent : {}) as JsonObject;
    const line = lineOf(gatewayVersion);
    const before = this.sent;
    this.sent = line === undefined ? undefined : { line, entities: objectsIn(entities), plugins: objectsIn(plugins) };
    this.read = new WeakMap();
    if (before || this.sent) this.changed();
  }

  /** Facts with the gateway's own in their place, where they are of the gateway's line. @param version that was asked for. */
  over(shipped: SchemaFacts, version: string): SchemaFacts {
    if (!this.sent || lineOf(version) !== this.sent.line) return shipped;
    let own = this.read.get(shipped);
    if (!own) {
      const found = ownSchemas(this.sent, shipped);
      this.read.set(shipped, (own = found.own));
      if (found.ignored.length > 0) {
        this.warn(`The gateway's schemas of ${found.ignored.join(', ')} make no sense and are not used.`);
      }
    }
    return withOwnSchemas(shipped, own);
  }
}

/** "3.9.3" → "3.9": schemas change with it. */
const lineOf = (version: unknown): string | undefined =>
  typeof version === 'string' ? /^\d+\.\d+/.exec(version)?.[0] : undefined;

const objectsIn = (value: Json | undefined): Record<string, JsonObject> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
