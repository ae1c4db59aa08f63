import { isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { StoreSection } from './environmentSections.js';
import { checkStore, editable, format, setField, storesKey } from './environmentsFile.js';
import { storeFields } from './environmentFields.js';
import { KongBackupError } from './errors.js';
import type { Json } from './json.js';

/**
 * @returns the environments file with this entry of `stores`: a new one at its end, or the one of the same name changed, with its
 * comments. Fields that `store` has not are taken out. @throws KongBackupError `environment-invalid`.
 */
export function setStoreEntry(text: string, store: StoreSection, place: string): string {
  const problem = checkStore(store);
  if (problem !== undefined) {
    throw new KongBackupError('environment-invalid', {
      place: `${place}: ${store.name}`,
      reason: problem,
      remedy: 'Change it and try again; nothing was written.',
    });
  }
  const document = editable(text, place);
  if (!isSeq(document.get(storesKey, true))) document.set(storesKey, document.createNode([]));
  const list = document.get(storesKey, true) as YAMLSeq;
  const entry = list.items.find((each): each is YAMLMap => isMap(each) && String(each.get('name')) === store.name);
  const fields = store as unknown as Record<string, Json | undefined>;
  if (!entry) {
    list.flow = false;
    list.add(document.createNode(store));
    return format(document);
  }
  for (const key of Object.keys(storeFields)) {
    const value = fields[key];
    if (value === undefined) entry.delete(key);
    else setField(document, entry, key, value);
  }
  return format(document);
}
