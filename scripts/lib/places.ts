import path from 'node:path';

export const root = path.resolve(__dirname, '..', '..');

/** What is made for a run and may be thrown away: bundled tests, results. */
export const buildFolder = path.join(root, 'build');

/** Absolute path of a script inside a development dependency, to be run by Node without a shell. */
export const moduleFile = (...names: string[]): string => path.join(root, 'node_modules', ...names);
