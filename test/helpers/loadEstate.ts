import type { JsonObject } from '../../src/core/json.js';
import type { Entity } from '../../src/estate/entity.js';
import { workspaceUrl } from './gatewayContents.js';

/** Addresses that are not the kind's own name. */
const collections: Readonly<Record<string, string>> = {
  acls: 'acls',
  basicauth_credentials: 'basic-auth',
  hmacauth_credentials: 'hmac-auth',
  jwt_secrets: 'jwt',
  keyauth_credentials: 'key-auth',
  oauth2_credentials: 'oauth2',
  key_sets: 'key-sets',
};

/** Creates entities one by one, in the order given, with nothing of the product in between. @throws Error at the first refusal. */
export async function loadEstate(
  url: string,
  entities: readonly Entity[],
  { workspace = 'default', headers = {} }: { workspace?: string; headers?: Record<string, string> } = {},
): Promise<void> {
  for (const { kind, fields } of entities) {
    const response = await fetch(`${workspaceUrl(url, workspace)}/${addressOf(kind, fields)}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    if (response.status !== 201) {
      throw new Error(`${kind} ${JSON.stringify(fields)}: ${response.status} ${await response.text()}`);
    }
  }
}

/** Children have an address under their owner only. */
function addressOf(kind: string, fields: JsonObject): string {
  const ownerOf = (field: string): string => String((fields[field] as JsonObject | undefined)?.['id']);
  if (kind === 'targets') return `upstreams/${ownerOf('upstream')}/targets`;
  const collection = collections[kind] ?? kind;
  return collections[kind] !== undefined && fields['consumer'] !== undefined
    ? `consumers/${ownerOf('consumer')}/${collection}`
    : collection;
}
