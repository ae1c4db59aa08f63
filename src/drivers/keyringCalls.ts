import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import { createGatewayClient, type GatewayClient } from '../gateway/gatewayClient.js';

/** Which keys a node has, by their ids. */
export interface KeyringState {
  ids: string[];
  active?: string;
}

/** The keyring of a gateway by its Admin API, as Kong's documents describe it. */
export class KeyringCalls {
  private readonly client: GatewayClient;

  constructor(
    target: Target,
    requestTimeout: number,
    private readonly context: OperationContext,
  ) {
    this.client = createGatewayClient(target, { requestTimeout });
  }

  get address(): string {
    return this.client.address;
  }

  /** Undefined where the gateway has no keyring, or none that is on. @throws KongBackupError `gateway-*`. */
  async state(): Promise<KeyringState | undefined> {
    const { status, body } = await this.client.request('GET', '/keyring', { signal: this.context.signal });
    if (status === 404 || !isObject(body)) return undefined;
    const { ids, active } = body;
    return {
      // An empty list is {} where Kong's JSON encoder can't tell the two apart.
      ids: Array.isArray(ids) ? ids.map(String).sort() : [],
      ...(typeof active === 'string' && active !== '' && { active }),
    };
  }

  /** `cluster`, `vault` …; undefined where the gateway does not say. */
  async strategy(): Promise<string | undefined> {
    const { body } = await this.client.request('GET', '/', { signal: this.context.signal });
    const configuration = isObject(body) && isObject(body['configuration']) ? body['configuration'] : {};
    const strategy = configuration['keyring_strategy'];
    return typeof strategy === 'string' ? strategy : undefined;
  }

  /** The keys, encrypted by Kong for the key pair of its kong.conf. */
  async export(): Promise<string> {
    const body = await this.post('export');
    const data = isObject(body) ? body['data'] : undefined;
    if (typeof data === 'string' && data !== '') return data;
    throw new KongBackupError('gateway-rejected', {
      place: `POST ${this.address}/keyring/export`,
      reason: 'The gateway exported nothing.',
      remedy: wantsKeyPair,
    });
  }

  async import(data: string): Promise<void> {
    await this.post('import', { data });
  }

  async activate(key: string): Promise<void> {
    await this.post('activate', { key });
  }

  async remove(key: string): Promise<void> {
    await this.post('remove', { key });
  }

  /** From what the database keeps of them. @returns ids that could not be recovered. */
  async recover(privateKey: string): Promise<string[]> {
    const options = { form: { recovery_private_key: privateKey }, signal: this.context.signal };
    const { status, body } = await this.client.request('POST', '/keyring/recover', options);
    if (status === 404) throw this.missing('recover');
    const left = isObject(body) ? body['not_recovered'] : undefined;
    return Array.isArray(left) ? left.map(String) : [];
  }

  private async post(verb: string, body?: { [name: string]: Json }): Promise<Json> {
    const { signal } = this.context;
    const answer = await this.client.request('POST', `/keyring/${verb}`, { signal, ...(body && { body }) });
    if (answer.status === 404) throw this.missing(verb);
    return answer.body;
  }

  private missing(verb: string): KongBackupError {
    return new KongBackupError('gateway-rejected', {
      place: `POST ${this.address}/keyring/${verb}`,
      reason: 'The gateway does not do this with its keyring.',
      remedy: wantsKeyPair,
    });
  }
}

const wantsKeyPair =
  'It needs keyring_strategy = cluster, keyring_public_key and keyring_private_key in kong.conf. Keys of the strategy vault stay in Vault: back that up.';
