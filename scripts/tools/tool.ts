/** Something outside npm that a suite or the demo runs. `npm run setup` installs those it doesn't find. */
export interface Tool {
  /** As a person would say it: `decK 1.4.0`. */
  readonly name: string;
  /** Absolute path of the program, or of the folder that it is in; undefined when it isn't installed. Installs nothing. */
  find(): Promise<string | undefined>;
  /**
   * Installs it, saying what it does a line at a time; safe to run again after it was interrupted.
   * @returns what `find` finds from now on.
   * @throws Error that tells a person what to install by hand, when it can't be had here.
   */
  install(say: (line: string) => void): Promise<string>;
}
