import type { Target } from '../core/environment.js';
import type { JsonObject } from '../core/json.js';

/** What decK has to know of a target, by ways that no other user of the machine can see. */
export interface DeckSettings {
  /** `undefined` takes a variable away that decK would otherwise find in the environment of this process. */
  env: Record<string, string | undefined>;
  /** For the file that `--config` names, in place of the person's own `~/.deck.yaml`. */
  config: JsonObject;
  /** Values to keep out of the log. */
  secrets: string[];
}

/** Everything by which somebody's shell could send decK elsewhere. Other `DECK_` variables may be meant for templates. */
const ownVariables = [
  'ANALYTICS',
  'CA_CERT',
  'CA_CERT_FILE',
  'CONFIG',
  'HEADERS',
  'KONG_ADDR',
  'KONG_ADMIN_TOKEN',
  'KONG_COOKIE_JAR_PATH',
  'KONNECT_ADDR',
  'KONNECT_CONTROL_PLANE_NAME',
  'KONNECT_EMAIL',
  'KONNECT_PASSWORD',
  'KONNECT_PASSWORD_FILE',
  'KONNECT_RUNTIME_GROUP_NAME',
  'KONNECT_TOKEN',
  'KONNECT_TOKEN_FILE',
  'NO_COLOR',
  'SKIP_WORKSPACE_CRUD',
  'TIMEOUT',
  'TLS_CLIENT_CERT',
  'TLS_CLIENT_CERT_FILE',
  'TLS_CLIENT_KEY',
  'TLS_CLIENT_KEY_FILE',
  'TLS_SERVER_NAME',
  'TLS_SKIP_VERIFY',
  'VERBOSE',
].map((name) => `DECK_${name}`);

/** Settings of a call that contacts no gateway. */
export function offlineSettings(): DeckSettings {
  const env: DeckSettings['env'] = Object.fromEntries(ownVariables.map((name) => [name, undefined]));
  env.DECK_ANALYTICS = 'off';
  return { env, config: {}, secrets: [] };
}

/** @param requestTimeout milliseconds that one request of decK may take; versions before 1.8 know no limit. */
export function deckSettings(target: Target, requestTimeout: number): DeckSettings {
  const { env, config } = offlineSettings();
  env.DECK_KONG_ADDR = target.environment.adminUrl;
  env.DECK_TIMEOUT = String(Math.max(1, Math.ceil(requestTimeout / 1000)));

  const headers = Object.entries(target.headers).map(([name, value]) => `${name}:${value}`);
  // The variable is split at blanks, whatever one does; a list in the config file is not.
  if (headers.some((header) => /\s/.test(header))) config.headers = headers;
  else if (headers.length > 0) env.DECK_HEADERS = headers.join(' ');

  const { ca, cert, key, serverName, skipVerify } = target.tls ?? {};
  if (ca !== undefined) env.DECK_CA_CERT = ca;
  if (cert !== undefined) env.DECK_TLS_CLIENT_CERT = cert;
  if (key !== undefined) env.DECK_TLS_CLIENT_KEY = key;
  if (serverName !== undefined) env.DECK_TLS_SERVER_NAME = serverName;
  if (skipVerify) env.DECK_TLS_SKIP_VERIFY = 'true';

  return { env, config, secrets: [...Object.values(target.headers), ...(key === undefined ? [] : [key])] };
}
