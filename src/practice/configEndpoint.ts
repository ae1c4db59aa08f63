import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { withDefaults } from '../schema/defaults.js';
import { type FileEntity, entitiesOf, judgeFile, kindsInOrder, linkEntities } from './declarativeFile.js';
import { parseDeclarative } from './declarativeText.js';
import { declarativeYaml } from './declarativeYaml.js';
import { flattenErrors } from './flattenErrors.js';
import { luaText } from './luaText.js';
import { fail, message, ok, refuse, type Reply, unexpected } from './reply.js';
import type { RequestBody } from './requestBody.js';
import type { AdminRequest, Endpoint } from './router.js';
import type { Storage } from './storage.js';
import { referenceId } from './table.js';

const noHash = '0'.repeat(32);

/** `/config`: the whole configuration of a gateway without a database, read and replaced as one file. */
export class DeclarativeConfig {
  /** MD5 of the loaded text; zeros as long as there is none. */
  hash = noHash;

  constructor(private readonly storage: Storage) {}

  endpoint(): Endpoint {
    return {
      path: '/config',
      takesYaml: true,
      methods: { GET: () => ok({ config: this.text() }), POST: (request) => this.load(request) },
    };
  }

  forget(): void {
    this.hash = noHash;
  }

  private load({ body, query }: AdminRequest): Reply {
    const { file, hash } = readFile(body);
    if (hash !== undefined && query['check_hash'] === '1' && hash === this.hash) return { status: 304 };
    if (Array.isArray(file)) refuse(unexpected());
    const { facts, dialect } = this.storage;
    const entities = entitiesOf(facts, file);
    const errors = judgeFile(facts, dialect, file, entities);
    if (Object.keys(errors).length > 0)
      refuseFile(this.storage, file, entities, errors, dialect.judgesStrictly && query['flatten_errors'] === '1');
    linkEntities(facts, entities);
    const answer = this.replace(entities, file['_transform'] !== false);
    this.hash = hash ?? createHash('md5').update(JSON.stringify(file)).digest('hex');
    return { status: 201, body: answer };
  }

  /** @returns what was stored, before passwords were hashed, by kind and id. */
  private replace(entities: readonly FileEntity[], transform: boolean): JsonObject {
    const { storage } = this;
    const answer: JsonObject = {};
    storage.clear();
    for (const { kind, fields } of entities) {
      const stored = storage.loadDeclared(kind, fields, transform);
      const of = (answer[kind] ??= {}) as JsonObject;
      of[String(stored['id'])] = stored;
    }
    return answer;
  }

  private text(): string {
    const kinds = kindsInOrder(this.storage.facts).map((kind): [string, JsonObject[]] => {
      const rows = [...this.storage.table(kind).all()];
      return [kind, rows.map(({ fields }) => withIds(this.storage, kind, fields))];
    });
    return declarativeYaml(
      this.storage.dialect.formatVersions.at(-1) ?? '',
      kinds.filter(([kind]) => kind !== 'workspaces'),
    );
  }
}

/** `/config` of a gateway that has a database. */
export function configWithDatabase(): Endpoint {
  const refusal = (): Reply =>
    message(400, 'this endpoint is only available when Kong is configured to not use a database');
  return { path: '/config', takesYaml: true, methods: { GET: refusal, POST: refusal } };
}

/** The file in a request, and its hash where it came as text. @throws ReplyError 400 or 500. */
function readFile(body: RequestBody): { file: JsonObject | Json[]; hash?: string } {
  if (body.type === 'json' && !isObject(body.value)) refuse(unexpected());
  const fields = body.type === 'json' || body.type === 'form' ? (body.value as JsonObject) : undefined;
  const text = body.type === 'yaml' ? body.text : fields?.['config'];
  if (text === undefined && fields) return { file: fields };
  if (text === undefined || text === '') refuse(message(400, 'expected a declarative configuration'));
  const parsed = typeof text === 'string' ? parseDeclarative(text) : { failure: 'expected an object' };
  if ('failure' in parsed) failFile({ error: `failed parsing declarative configuration: ${parsed.failure}` });
  return { file: parsed.file, hash: createHash('md5').update(String(text)).digest('hex') };
}

function refuseFile(
  storage: Storage,
  file: JsonObject,
  entities: readonly FileEntity[],
  errors: JsonObject,
  flatten: boolean,
): never {
  if (!flatten) failFile(errors);
  const sent = structuredClone(file);
  // Ids that were made on the way stand in the answer.
  for (const { path, fields } of entities) {
    const place = path.reduce<Json>((at, key) => (at as JsonObject)[key] ?? null, sent);
    if (isObject(place) && fields['id'] !== undefined) place['id'] = fields['id'];
  }
  const flattened = flattenErrors(storage.facts, sent, errors);
  failFile(errors, { flattened_errors: flattened.length > 0 ? flattened : {} });
}

function failFile(errors: JsonObject, more: JsonObject = {}): never {
  fail(400, {
    code: 14,
    name: 'invalid declarative configuration',
    message: `declarative config is invalid: ${luaText(errors)}`,
    fields: errors,
    ...more,
  });
}

function withIds(storage: Storage, kind: string, fields: JsonObject): JsonObject {
  const { facts } = storage;
  const shown = withDefaults(facts, kind, fields, { nulls: true, deprecated: false });
  for (const field of Object.keys(facts.entities[kind]?.foreign ?? {})) {
    shown[field] = referenceId(fields[field]) ?? null;
  }
  if (!('id' in (facts.entities[kind]?.fields ?? {}))) delete shown['id'];
  return shown;
}
