import type { Command } from 'commander';
import type { App } from '../app.js';
import type { FileApp } from '../fileApp.js';
import type { OperationContext } from '../core/context.js';
import type { Format } from './reporter.js';

/** 0: fine. 1: problems or differences were found. 3: only a part was done. 10: a store is away. */
export type Verdict = 0 | 1 | 3 | 10;

/** What a command found: as data for programs and as text for people. Only what is printed is asked for. */
export interface Outcome {
  data: unknown;
  text: string;
  /** For a pull request, where a command has such a form. */
  markdown?: string;
  /** What a person does next: on standard error, so that the rest can be led into a file. */
  advice?: string;
  verdict: Verdict;
}

/** What a command gets to work with. */
export interface CommandCall {
  context: OperationContext;
  format: Format;
  /** Absolute path of the folder with schema facts. */
  schemaFolder: string;
  /** Absolute path that relative ones of the command line start from. */
  workingFolder: string;
  /** Absolute. */
  environmentsFile: string;
  /** Whether the command line named that file. */
  isFileNamed: boolean;
  /** Absolute path of the folder of the default store, where the command line names one. */
  snapshots: string | undefined;
  /** How this program is run again: absolute paths. */
  program: readonly string[];
  /** Built when it is first asked for. */
  app(): Promise<App>;
  /** The part of the app that judges and compares files, which loads sooner than the whole. */
  fileApp(): Promise<FileApp>;
  /** Whether there is a person on the terminal to ask. */
  canAsk: boolean;
  /** Asks a person on the terminal. Undefined when there is none to ask. */
  ask(question: string): Promise<string | undefined>;
  /** Prints before the command is over. */
  print(outcome: Omit<Outcome, 'verdict'>): void;
}

/** One command: how it is written on the command line, and what it does. */
export interface CommandSpec {
  name: string;
  summary: string;
  /** A line that could be typed. */
  example: string;
  /** How it prints beside the formats that every command has. */
  formats?: readonly Format[];
  /** Adds arguments and options. */
  declare(command: Command): void;
  /** @param inputs arguments in their order, then the options, as commander gives them. @throws KongBackupError. */
  run(inputs: unknown[], call: CommandCall): Promise<Outcome | undefined>;
}

/** For options that may be given several times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
