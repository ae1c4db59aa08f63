import type { Piece } from './equalPieces.js';

/** Fields that no two entities of a kind have in common, where that is not the name. */
const keyFields: Readonly<Record<string, string>> = {
  acls: 'group',
  basicauth_credentials: 'username',
  consumers: 'username',
  hmacauth_credentials: 'username',
  jwt_secrets: 'key',
  keyauth_credentials: 'key',
  oauth2_credentials: 'client_id',
  targets: 'target',
  vaults: 'prefix',
};

/** How an entity is told from others of its list: by its id, its name, or all that it says. */
export function keyReader(kind: string, indent: number): (piece: Piece) => string {
  if (kind === 'plugins') return pluginKey(indent);
  const fields = kind === 'certificates' ? ['id'] : ['id', keyFields[kind] ?? 'name'];
  const readers = fields.map((name) => lineReader(name, indent));
  return ({ text }) => {
    for (const read of readers) {
      const value = read(text);
      if (value !== undefined && value !== '') return value;
    }
    return text;
  };
}

/** Of one name there may be several, one for each of what they are for. */
function pluginKey(indent: number): (piece: Piece) => string {
  const [id, instance, ...known] = [
    'id',
    'instance_name',
    'name',
    'service',
    'route',
    'consumer',
    'consumer_group',
  ].map((name) => lineReader(name, indent));
  return ({ text }) => {
    const own = id?.(text);
    if (own !== undefined) return own;
    const values = known.map((read) => read(text));
    // A name of its own goes before the others; what is written in several lines is not on this one.
    if (instance?.(text) !== undefined || values[0] === undefined || values.includes('')) return text;
    return values.join('\n');
  };
}

/** Reads what stands behind a field on its line, of an item with its dash behind `indent` blanks. */
function lineReader(name: string, indent: number): (text: string) => string | undefined {
  const blanks = ' '.repeat(indent);
  const [first, other] = [`${blanks}- ${name}:`, `\n${blanks}  ${name}:`];
  return (text) => {
    const isFirst = text.startsWith(first);
    const found = isFirst ? 0 : text.indexOf(other);
    if (found < 0) return undefined;
    const at = found + (isFirst ? first : other).length;
    const end = text.indexOf('\n', at);
    return text.slice(at, end < 0 ? text.length : end).trim();
  };
}
