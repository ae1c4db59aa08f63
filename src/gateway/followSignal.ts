const followers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Lets many requests follow one signal with a single listener: a job may have as many under way as it has connections, and
 * Node takes more than ten listeners for a leak.
 * @param act done at once where the signal has aborted. @returns what ends it; to be called when the request is over.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  let all = followers.get(signal);
  if (!all) {
    const fresh = new Set<() => void>();
    followers.set(signal, (all = fresh));
    signal.addEventListener('abort', () => [...fresh].forEach((each) => each()), { once: true });
  }
  if (signal.aborted) {
    act();
    return () => undefined;
  }
  const own = (): void => act();
  const current = all.add(own);
  return () => void current.delete(own);
}

/** @returns a controller that aborts with the signal; `release` it when the request is over. */
export function followSignal(signal: AbortSignal): { stop: AbortController; release: () => void } {
  const stop = new AbortController();
  return { stop, release: onAbort(signal, () => stop.abort()) };
}
