const started = Date.now();

/** A line of progress with the seconds since the start in front. */
export function say(line: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
  console.log(`[${seconds} s] ${line}`);
}
