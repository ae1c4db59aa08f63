import type { Json } from './json.js';

/** What a file of the DB-less format is judged for. */
export interface JudgedFor {
  /** Of the gateway: any version text. */
  version: string;
  edition?: 'community' | 'enterprise';
  /** True for a gateway with a database, which takes some values that one without refuses. */
  database?: boolean;
}

/** What somebody said against a file: a gateway to `POST /config`, or `kong config parse`. */
export type Said = { by: string } & ({ answer: Json } | { text: string });

/** Judges files of the DB-less format, and puts what others said against them at their lines. */
export interface DeclarativeJudge {
  /** @returns what is wrong, each `12:5: …` with line and column; empty when nothing is. */
  judge(text: string, gateway: JudgedFor): Promise<string[]>;
  /** @returns what was said, each at its line; empty when it is not about the file. */
  locate(text: string, said: Said, gateway: JudgedFor): Promise<string[]>;
}
