/** The Admin API as somebody with curl uses it, beside the product, so that its claims can be checked by another way. */
export interface Admin {
  /** Every entity of the kinds below by `<workspace>/<kind>/<id>`, without the times that a restore can't keep. */
  everything(): Promise<Map<string, string>>;
  remove(path: string): Promise<void>;
  change(path: string, fields: object): Promise<void>;
  create(path: string, fields: object): Promise<void>;
}

interface Entity {
  id: string;
  [field: string]: unknown;
}

const kinds = [
  ...['services', 'routes', 'plugins', 'consumers', 'upstreams', 'certificates', 'snis', 'ca_certificates'],
  ...['key-auths', 'basic-auths', 'hmac-auths', 'jwts', 'acls', 'oauth2', 'vaults', 'keys', 'key-sets'],
];

/** @param address of the Admin API. @param workspaces to look into. */
export function admin(address: string, workspaces: string[]): Admin {
  const send = async (method: string, path: string, fields?: object): Promise<Response> => {
    const response = await fetch(`${address}${path}`, {
      method,
      ...(fields ? { body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const all = async (path: string): Promise<Entity[]> => {
    const { data, next } = (await (await send('GET', path)).json()) as { data: Entity[]; next: string | null };
    return next ? [...data, ...(await all(next))] : data;
  };
  return {
    async everything() {
      const found = new Map<string, string>();
      for (const workspace of workspaces) {
        for (const kind of kinds) {
          for (const entity of await all(`/${workspace}/${kind}`)) {
            found.set(`${workspace}/${kind}/${entity.id}`, withoutTimes(entity));
          }
        }
      }
      return found;
    },
    remove: async (path) => void (await send('DELETE', path)),
    change: async (path, fields) => void (await send('PATCH', path, fields)),
    create: async (path, fields) => void (await send('POST', path, fields)),
  };
}

const withoutTimes = (entity: Entity): string =>
  JSON.stringify(Object.entries({ ...entity, updated_at: 0, created_at: 0 }).sort(([a], [b]) => a.localeCompare(b)));

/** How many entities are in one and not, or not the same, in the other. */
export function countDifferences(a: Map<string, string>, b: Map<string, string>): number {
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].filter((key) => a.get(key) !== b.get(key)).length;
}
