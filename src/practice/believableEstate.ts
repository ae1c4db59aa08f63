import type { JsonObject } from '../core/json.js';
import { defaultShop, paymentsShop, type Piece } from './believablePieces.js';
import { stableId } from './stableId.js';
import type { Storage } from './storage.js';

const namespace = '6f1c1f1e-3c0b-4f0e-9b57-5a5d6f2f3b10';

/**
 * An online shop, entered through the same door as a request would: what Kong refuses can't be in it.
 * Ids are the same at every start.
 * @param workspaces the shop lives in the first; its payments in the second, if there is one.
 */
export function believableEstate(storage: Storage, workspaces: readonly string[]): void {
  const [home = 'default', payments] = workspaces;
  enter(storage, home, defaultShop);
  if (payments !== undefined) enter(storage, payments, paymentsShop);
}

function enter(storage: Storage, workspace: string, pieces: readonly Piece[]): void {
  for (const [kind, fields] of pieces) {
    const value: JsonObject = structuredClone(fields);
    value['id'] ??= stableId(namespace, `${workspace}/${kind}/${JSON.stringify(fields)}`);
    storage.insert(kind, value, workspace);
  }
}
