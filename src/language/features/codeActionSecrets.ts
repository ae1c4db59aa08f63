import { replaced } from '../edits.js';
import { isObject } from '../../core/json.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import type { Finding, Fix } from './codeActionFinding.js';

/** Takes a secret out of the file: what stands there instead says where Kong, or decK, finds it. */
export function secretFixes(document: OpenDocument, { path }: Finding): Fix[] {
  const node = document.nodeAt(path);
  if (node?.type !== 'scalar' || node.style === 'block') return [];
  const name = secretName(document, path);
  const put = (title: string, newText: string): Fix => ({
    title,
    edits: [replaced(document.text, node, newText)],
    isSure: false,
  });
  const variable = name.toUpperCase().replaceAll('-', '_');
  const prefixes = [...new Set(document.entities.names('vaults'))].filter((prefix) => prefix !== 'env').slice(0, 5);
  const fixes = [
    put(`Take it from the gateway’s environment variable ${variable}`, `"{vault://env/${name}}"`),
    ...prefixes.map((prefix) =>
      put(`Take it from the vault \`${prefix}\` as \`${name}\``, `"{vault://${prefix}/${name}}"`),
    ),
  ];
  if (document.kind !== 'deck' || document.uri.endsWith('.json')) return fixes;
  const template = `'\${{ env "DECK_${variable}" }}'`;
  return [...fixes, put(`Let decK take it from the environment variable DECK_${variable}`, template)];
}

/** `orders-rate-limiting-redis-password`: by what the secret is for. */
function secretName(document: OpenDocument, path: Finding['path']): string {
  const { depth, field } = placeOf(path, document.kind, document.facts);
  const entity = document.valueAt(path.slice(0, depth));
  const own = isObject(entity) ? (entity['name'] ?? entity['username'] ?? '') : '';
  const words = [own, ...field].filter((word) => typeof word === 'string' && word !== '' && word !== 'config');
  return words
    .join('-')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}
