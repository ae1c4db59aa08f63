import { KongBackupError } from './errors.js';
import { isObject, type Json } from './json.js';

/** A login, as a person names it, and the secret that it is to have. */
export interface EnteredSecret {
  workspace: string;
  kind: string;
  label: string;
  secret: string;
}

type Named = Omit<EnteredSecret, 'secret'>;

/** What tells one login from another. */
export const loginKey = ({ workspace, kind, label }: Named): string => [workspace, kind, label].join('\t');

/** A line of a file of secrets: workspace, kind, name, secret, between tabs. */
export const secretLine = (login: Named, secret: string): string => `${loginKey(login)}\t${secret}`;

/** @param text lines as `secretLine` writes them; empty ones count for nothing. @throws KongBackupError `file-invalid`, without a secret. */
export function readSecretLines(text: string, place: string): EnteredSecret[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [workspace = '', kind = '', label = '', secret = '', ...more] = line.split('\t');
    if (secret !== '' && more.length === 0) return [{ workspace, kind, label, secret }];
    throw new KongBackupError('file-invalid', {
      place: `${place}:${index + 1}`,
      reason: 'The line is not workspace, kind, name and secret with a tab between each.',
      remedy: 'Write a line for each login as the step lists them.',
    });
  });
}

/** By `loginKey`. Of what is no list of secrets, nothing. */
export function secretsByLogin(entered: Json | undefined): Map<string, string> {
  const secrets = new Map<string, string>();
  for (const each of Array.isArray(entered) ? entered : []) {
    if (!isObject(each)) continue;
    const { workspace, kind, label, secret } = each;
    if (![workspace, kind, label, secret].every((text) => typeof text === 'string')) continue;
    secrets.set(loginKey({ workspace, kind, label } as Named), secret as string);
  }
  return secrets;
}
