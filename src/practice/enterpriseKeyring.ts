import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { created, message, noContent, ok, type Reply } from './reply.js';
import { bodyFields } from './requestBody.js';
import type { Endpoint } from './router.js';

export interface KeyringPlayOptions {
  /** Export and import are for `cluster` alone. */
  strategy?: 'cluster' | 'vault';
  /** Stands for the key pair of kong.conf: what was exported with one can be imported with the same. */
  keyPair?: string;
  /** The text of the private key that the keys in the database can be recovered with. */
  recoveryPrivateKey?: string;
}

interface Key {
  id: string;
  key: string;
}

const onlyCluster = 'this endpoint is only available with the cluster keyring strategy';

/** The keyring of a node: keys in memory, lost at its end, with a copy in the database that the recovery key opens. */
export class KeyringPlay {
  private keys: Key[] = [];
  private active = '';
  private kept: Key[] = [];

  constructor(private readonly options: KeyringPlayOptions) {
    this.reset();
  }

  reset(): void {
    this.keys = [];
    this.kept = [];
    this.active = this.generate().id;
  }

  endpoints(): Endpoint[] {
    const cluster =
      (handler: (body: JsonObject) => Reply) =>
      (request: { body: Parameters<typeof bodyFields>[0] }): Reply =>
        this.options.strategy === 'vault' ? message(404, onlyCluster) : handler(bodyFields(request.body));
    const post = (path: string, handler: (body: JsonObject) => Reply): Endpoint => ({
      path: `/keyring/${path}`,
      methods: { POST: cluster(handler) },
    });
    return [
      {
        path: '/keyring',
        methods: { GET: () => ok({ ids: this.keys.map(({ id }) => id), active: this.active || null }) },
      },
      { path: '/keyring/active', methods: { GET: () => ok({ id: this.active || null }) } },
      post('generate', () => created({ ...this.generate() })),
      post('activate', ({ key }) => {
        if (!this.keys.some(({ id }) => id === key)) return message(404, 'key not found');
        this.active = String(key);
        return noContent();
      }),
      post('remove', ({ key }) => {
        if (key === this.active) this.active = '';
        this.keys = this.keys.filter(({ id }) => id !== key);
        return noContent();
      }),
      post('export', () => ok({ data: seal(this.options.keyPair ?? '', JSON.stringify(this.keys)) })),
      post('import', ({ data }) => {
        const keys = open(this.options.keyPair ?? '', String(data));
        if (!keys) return message(400, 'unable to decrypt keyring material');
        this.take(keys);
        return { status: 201 };
      }),
      post('recover', ({ recovery_private_key: given }) => {
        if (given !== this.options.recoveryPrivateKey) return message(400, 'invalid recovery private key');
        const recovered = this.kept.map(({ id }) => id);
        this.take(this.kept);
        return ok({ message: `successfully recovered ${recovered.length} keys`, recovered, not_recovered: [] });
      }),
    ];
  }

  private generate(): Key {
    const key = { id: randomBytes(6).toString('base64url'), key: randomBytes(32).toString('base64') };
    this.take([key]);
    return key;
  }

  private take(keys: readonly Key[]): void {
    for (const list of [this.keys, this.kept]) {
      for (const key of keys) if (!list.some(({ id }) => id === key.id)) list.push(key);
    }
  }
}

const secretOf = (keyPair: string): Buffer => createHash('sha256').update(keyPair).digest();

function seal(keyPair: string, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secretOf(keyPair), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

function open(keyPair: string, data: string): Key[] | undefined {
  const bytes = Buffer.from(data, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', secretOf(keyPair), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as Key[];
  } catch {
    return undefined;
  }
}
