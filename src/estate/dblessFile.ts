import { isObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import { dblessNesting } from '../schema/nesting.js';
import { collectEntities } from './deckEntities.js';
import { checkIds, type DeckFile, type DeckFileProblem, type Fail, readHead, type ReadOptions } from './deckFile.js';
import { invalidAt, readYaml } from './yamlRead.js';
import { resolveReferences } from './resolve.js';

/** Words that the format has for people. */
const remarks = ['_comment', '_ignore'];

/**
 * Reads a file for DB-less gateways: any kind at the top or inside of what it refers to, references by name.
 * @throws KongBackupError `file-invalid` with line and column.
 */
export function readDblessFile(
  text: string,
  place: string,
  facts: SchemaFacts,
  { allowEmpty = false, parse }: Pick<ReadOptions, 'allowEmpty' | 'parse'> = {},
): DeckFile {
  const fail: Fail = (path, reason) => invalidAt(text, place, path, reason);
  const root = parse?.(text) ?? readYaml(text, place);
  if (!isObject(root)) throw fail([], 'A declarative file is a mapping with `_format_version` and lists of entities.');
  const { formatVersion } = readHead(root, fail);
  const lists = Object.keys(root).filter((key) => facts.entities[key] !== undefined);
  const nestings = new Map<string, ReturnType<typeof dblessNesting>>();
  const nesting = (kind: string): ReturnType<typeof dblessNesting> => {
    let own = nestings.get(kind);
    if (!own) nestings.set(kind, (own = dblessNesting(facts, kind)));
    return own;
  };
  // Its defaults and shared configs are decK's: here they mean nothing.
  const places = collectEntities({ ...root, _info: {}, _plugin_configs: {} }, lists, fail, nesting);
  if (places.length === 0 && !allowEmpty) throw fail([], 'The file names no entities.');
  for (const { entity } of places) for (const name of remarks) delete entity.fields[name];
  checkIds(places, fail);
  const problems: DeckFileProblem[] = [];
  resolveReferences(places, problems, facts);
  return { formatVersion, entities: places.map(({ entity }) => entity), problems };
}
