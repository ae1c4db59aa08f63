import type { OpenDocument } from './openDocument.js';

const vaultReference = /^\{vault:\/\/([^/}]+)\/([^/}?]+)(?:\/([^}?]+))?(?:\?([^}]*))?\}$/;
const envTemplate = /\$\{\{\s*env\s+["']([^"']+)["'][^}]*\}\}/;

/** What a value becomes when it is filled in; undefined for a value that stands for itself. */
export function describeTemplate(value: string, document: OpenDocument): string | undefined {
  const [, prefix, name, key] = vaultReference.exec(value) ?? [];
  if (prefix !== undefined && name !== undefined) return describeVault(prefix, name, key, document);
  const variable = envTemplate.exec(value)?.[1];
  if (variable === undefined) return undefined;
  if (document.kind === 'dbless') {
    return `Only decK fills in \`\${{ env … }}\`: a DB-less gateway takes this text as it stands.`;
  }
  return `decK puts the environment variable \`${variable}\` here when it reads the file${
    variable.startsWith('DECK_') ? '' : ', but only one whose name starts with `DECK_`'
  }. What Kong stores is the value itself, in clear.`;
}

function describeVault(prefix: string, name: string, key: string | undefined, { entities }: OpenDocument): string {
  const part = key === undefined ? '' : `, of its JSON the value of \`${key}\``;
  const [vault] = entities.find('vaults', prefix);
  const config = vault?.value['config'];
  const ofConfig = typeof config === 'object' && config !== null && 'prefix' in config ? config['prefix'] : undefined;
  const backend = vault?.value['name'] ?? prefix;
  if (backend === 'env') {
    const variable = `${typeof ofConfig === 'string' ? ofConfig : ''}${name}`.toUpperCase().replaceAll('-', '_');
    return `Kong reads the environment variable \`${variable}\` of the gateway here${part}. The file and the database hold only this reference.`;
  }
  const where = vault
    ? `the vault \`${prefix}\` (${String(backend)})`
    : `the vault \`${prefix}\`, which this file does not define`;
  return `Kong reads the secret \`${name}\` from ${where}${part}. The file and the database hold only this reference.`;
}
