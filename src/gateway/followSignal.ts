const followers = new WeakMap<AbortSignal, Set<AbortController>>();

/**
 * Lets many requests follow one signal with a single listener: a job may have as many under way as it has connections, and
 * Node takes more than ten listeners for a leak.
 * @returns a controller that aborts with the signal; `release` it when the request is over.
 */
export function followSignal(signal: AbortSignal): { stop: AbortController; release: () => void } {
  let all = followers.get(signal);
  if (!all) {
    const fresh = new Set<AbortController>();
    followers.set(signal, (all = fresh));
    signal.addEventListener('abort', () => fresh.forEach((stop) => stop.abort()), { once: true });
  }
  const stop = new AbortController();
  if (signal.aborted) stop.abort();
  const current = all.add(stop);
  return { stop, release: () => void current.delete(stop) };
}
