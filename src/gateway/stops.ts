/**
 * Lets many requests follow one signal with a single listener: a job may have as many under way as it has connections, and
 * Node takes more than ten listeners for a leak.
 */
export class Stops {
  private readonly followers = new WeakMap<AbortSignal, Set<AbortController>>();

  /** @returns a controller that aborts with the signal; `release` it when the request is over. */
  follow(signal: AbortSignal): { stop: AbortController; release: () => void } {
    let all = this.followers.get(signal);
    if (!all) {
      const fresh = new Set<AbortController>();
      this.followers.set(signal, (all = fresh));
      signal.addEventListener('abort', () => fresh.forEach((stop) => stop.abort()), { once: true });
    }
    const stop = new AbortController();
    if (signal.aborted) stop.abort();
    const followers = all.add(stop);
    return { stop, release: () => void followers.delete(stop) };
  }
}
