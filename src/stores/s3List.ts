import type { ListedPage } from './s3ListPage.js';
import type { StoredObject } from './objectStorage.js';

/** Of a long list so many stretches at once, where one has so many known keys. */
const mostStretches = 12;
const keysOfStretch = 500;

/** One page of all that comes after a key (exclusive), or the one that a token stands for. Keys are those of the storage. */
export type AskPage = (from: { after?: string; token?: string }) => Promise<ListedPage>;

/** @param landmarks keys that were there once, in order: the stretches between them are asked for at once. */
export async function* listInStretches(ask: AskPage, landmarks: readonly string[]): AsyncGenerator<StoredObject> {
  const bounds = thinned(landmarks);
  if (bounds.length === 0) return yield* listStretch(ask);
  const stretches = [undefined, ...bounds].map((after, index) => collected(listStretch(ask, after, bounds[index])));
  // Each is waited for in turn; that one fails before its turn is no surprise.
  for (const stretch of stretches) stretch.catch(() => undefined);
  for (const stretch of stretches) yield* await stretch;
}

/** @param after exclusive. @param until inclusive. */
async function* listStretch(ask: AskPage, after?: string, until?: string): AsyncGenerator<StoredObject> {
  const from = after === undefined ? {} : { after };
  const end = until === undefined ? undefined : Buffer.from(until);
  const isBeyond = (key: string): boolean => end !== undefined && Buffer.compare(Buffer.from(key), end) > 0;
  let page: ListedPage | undefined = await ask(from);
  while (page) {
    const { objects, next: token }: ListedPage = page;
    const isLast: boolean = token === undefined || isBeyond(objects.at(-1)?.key ?? '');
    // The next page is on its way while this one is looked at.
    const following: Promise<ListedPage> | undefined = isLast ? undefined : ask({ ...from, ...(token && { token }) });
    following?.catch(() => undefined);
    for (const object of objects) {
      if (object.key === '' || object.key.endsWith('/')) continue;
      if (isBeyond(object.key)) return;
      yield object;
    }
    page = await following;
  }
}

/** Ends of the stretches that are asked for at once: a page answers for a thousand keys. */
function thinned(landmarks: readonly string[]): string[] {
  const count = Math.min(mostStretches, Math.floor(landmarks.length / keysOfStretch));
  return Array.from(
    { length: count },
    (_, index) => landmarks[Math.floor(((index + 1) * landmarks.length) / (count + 1))],
  ).filter((key) => key !== undefined);
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
