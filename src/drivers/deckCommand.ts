import type { DeckDialect } from './deckVersion.js';

/** What a command that compares or changes a workspace needs. */
export interface DeckScope {
  /** Undefined leaves it to the file, and to decK's own default where the file has none. */
  workspace?: string | undefined;
  /** Absolute path of the state file. */
  file: string;
  selectTags?: readonly string[] | undefined;
  /** Leaves alone the authorities' certificates, which belong to the whole gateway. Versions from 1.12 on. */
  skipAuthorities?: boolean | undefined;
}

const online = (dialect: DeckDialect, verb: string): string[] => (dialect === 'new' ? ['gateway', verb] : [verb]);

/** New words take the state file as an argument, old ones by a flag. */
const state = (dialect: DeckDialect, file: string): string[] => (dialect === 'new' ? [file] : ['--state', file]);

/** Only the long form is there for every command of every version. */
const inWorkspace = (workspace: string | undefined): string[] =>
  workspace === undefined ? [] : ['--workspace', workspace];

/** decK reads a tag flag as a line of CSV. */
const withTags = (tags: readonly string[] = []): string[] => tags.flatMap((tag) => ['--select-tag', csvField(tag)]);

const csvField = (text: string): string => (/[",\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** By default the values of DECK_ variables are masked wherever they turn up, in names and ids too. */
const unmasked = (dialect: DeckDialect): string[] => (dialect === 'new' ? ['--no-mask-deck-env-vars-value'] : []);

const jsonFlag = '--json-output';

export const versionArguments = (): string[] => ['version'];

export const pingArguments = (dialect: DeckDialect): string[] => online(dialect, 'ping');

export const dumpArguments = (dialect: DeckDialect, { workspace, file, selectTags }: DeckScope): string[] => [
  ...online(dialect, 'dump'),
  '--with-id',
  '--output-file',
  file,
  ...inWorkspace(workspace),
  ...withTags(selectTags),
];

/** Never contacts a gateway. */
export const validateArguments = (dialect: DeckDialect, file: string): string[] => [
  ...(dialect === 'new' ? ['file', 'validate'] : ['validate']),
  ...state(dialect, file),
];

/** Asks the gateway of each entity whether its schema takes it. Old words have nothing of the kind. */
export const judgeArguments = ({ workspace, file }: DeckScope): string[] => [
  ...online('new', 'validate'),
  ...state('new', file),
  ...inWorkspace(workspace),
];

/** A JSON report where the version has it: counts and errors apart from everything else. */
export const diffArguments = (dialect: DeckDialect, scope: DeckScope): string[] => [
  ...compare(dialect, 'diff', scope),
  ...(dialect === 'new' ? [jsonFlag] : ['--no-color']),
];

/**
 * Always text: a JSON report ends with exit code 0 whatever happened, and some versions leave out of it what they did
 * before a failure.
 */
export const syncArguments = (dialect: DeckDialect, scope: DeckScope): string[] => [
  ...compare(dialect, 'sync', scope),
  '--no-color',
];

export const isJsonReport = (args: readonly string[]): boolean => args.includes(jsonFlag);

function compare(dialect: DeckDialect, verb: 'diff' | 'sync', scope: DeckScope): string[] {
  const { workspace, file, selectTags, skipAuthorities } = scope;
  return [
    ...online(dialect, verb),
    ...state(dialect, file),
    ...inWorkspace(workspace),
    ...withTags(selectTags),
    ...(skipAuthorities ? ['--skip-ca-certificates'] : []),
    ...unmasked(dialect),
  ];
}
