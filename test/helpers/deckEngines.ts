import { deckNew } from '../../scripts/tools/deckNew.js';
import { deckOld } from '../../scripts/tools/deckOld.js';
import { createDeckDriver } from '../../src/drivers/deck.js';
import type { EngineUnderTest } from '../contract/entityDriverSuite.js';
import { requireTool, type RequiredTool } from './tools.js';

const set = (fields: string) => new Set(fields.split(' '));

/** decK 1.4.0 knows entities as Kong 2.8 had them; what came later it leaves out without a word. */
const knownToOldDeck: Readonly<Record<string, ReadonlySet<string> | 'all'>> = {
  services: set(
    'id name host path port protocol connect_timeout read_timeout write_timeout retries tags ca_certificates',
  ),
  routes: set(
    'id name hosts paths methods headers protocols snis sources destinations path_handling preserve_host regex_priority service strip_path tags https_redirect_status_code request_buffering response_buffering',
  ),
  consumers: 'all',
  upstreams: set(
    'id name host_header algorithm slots healthchecks hash_on hash_fallback hash_on_header hash_fallback_header hash_on_cookie hash_on_cookie_path tags',
  ),
  targets: 'all',
  certificates: set('id cert key tags'),
  snis: 'all',
  ca_certificates: set('id cert tags'),
  plugins: set('id name route service consumer config enabled protocols tags'),
  keyauth_credentials: 'all',
  basicauth_credentials: 'all',
  acls: 'all',
  jwt_secrets: 'all',
  hmacauth_credentials: 'all',
  oauth2_credentials: set('id name client_id client_secret redirect_uris consumer tags'),
};

type DeckEngine = EngineUnderTest & Pick<RequiredTool, 'describeTool'>;

/** decK with old words and new, as far as installed. */
export async function deckEngines(): Promise<DeckEngine[]> {
  const old = await requireTool(deckOld);
  const current = await requireTool(deckNew);
  const create = (deckPath: string) => () => createDeckDriver({ deckPath, requestTimeout: 10_000 });
  return [
    {
      name: 'decK 1.4.0',
      create: create(old.path),
      describeTool: old.describeTool,
      fieldsOf: (kind) => knownToOldDeck[kind],
      refuses: ({ kind, fields }) => kind === 'targets' && fields['weight'] === 0,
    },
    { name: 'decK 1.55.0', create: create(current.path), describeTool: current.describeTool },
  ];
}
