import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultTokenHeader, type Environment, type Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import { fillReferences, type SecretPlaces } from './fillReferences.js';

export interface ResolveOptions extends SecretPlaces {
  /** The token to use where the environment names none. */
  token?: string;
}

export interface ResolvedTarget {
  target: Target;
  /** Exact values that must not be shown anywhere. */
  secrets: string[];
}

/** Fills in what an environment only names. @throws KongBackupError `secret-missing`, `file-unreadable`. */
export async function resolveTarget(environment: Environment, options: ResolveOptions): Promise<ResolvedTarget> {
  const secrets: string[] = [];
  const fill = async (text: string, field: string): Promise<string> => {
    const filled = await fillReferences(text, `${environment.name}: ${field}`, options);
    secrets.push(...filled.secrets);
    return filled.text;
  };

  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment.headers ?? {})) {
    headers[name] = await fill(value, `headers.${name}`);
  }
  const token = environment.token === undefined ? options.token : await fill(environment.token, 'token');
  if (token !== undefined && token !== '') {
    secrets.push(token);
    headers[environment.tokenHeader ?? defaultTokenHeader] = token;
  }
  const tls = await readTls(environment, options.baseFolder);
  const passwords = await fillPasswords(environment, fill);
  const { baseFolder } = options;
  return {
    target: { environment, headers, ...(tls && { tls }), ...(passwords && { passwords }), baseFolder },
    secrets,
  };
}

async function fillPasswords(
  { database, mongodb }: Environment,
  fill: (text: string, field: string) => Promise<string>,
): Promise<Target['passwords']> {
  if (database?.password === undefined && mongodb?.password === undefined) return undefined;
  return {
    ...(database?.password !== undefined && { database: await fill(database.password, 'database.password') }),
    ...(mongodb?.password !== undefined && { mongodb: await fill(mongodb.password, 'mongodb.password') }),
  };
}

async function readTls(environment: Environment, baseFolder: string): Promise<Target['tls']> {
  const { tls } = environment;
  if (!tls) return undefined;
  const pem = async (file: string): Promise<string> => {
    const place = path.resolve(baseFolder, file);
    return readFile(place, 'utf8').catch((error: unknown) => {
      throw new KongBackupError('file-unreadable', {
        place: `${environment.name}: ${place}`,
        reason: systemReason(error),
        remedy: 'Put the PEM file there, or correct tls in the environments file.',
        cause: error,
      });
    });
  };
  return {
    ...(tls.caFile !== undefined && { ca: await pem(tls.caFile) }),
    ...(tls.certFile !== undefined && { cert: await pem(tls.certFile) }),
    ...(tls.keyFile !== undefined && { key: await pem(tls.keyFile) }),
    ...(tls.serverName !== undefined && { serverName: tls.serverName }),
    ...(tls.skipVerify !== undefined && { skipVerify: tls.skipVerify }),
  };
}
