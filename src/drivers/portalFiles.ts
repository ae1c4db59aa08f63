import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject, type Json } from '../core/json.js';
import { workspaceFolder } from './portalCommand.js';

/** Hex SHA-256 by path within the workspace, with forward slashes. */
export type PortalFiles = Record<string, string>;

export const portalList = 'portal.json';

/** Of all files of a workspace's folder; none where there is no folder. */
export async function listPortal(root: string, workspace: string): Promise<PortalFiles> {
  const folder = workspaceFolder(root, workspace);
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const places = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const files: PortalFiles = {};
  for (const place of places.sort()) {
    const inner = path.relative(folder, place).split(path.sep).join('/');
    files[inner] = createHash('sha256')
      .update(await readFile(place))
      .digest('hex');
  }
  return files;
}

export interface HeldPortal {
  /** By workspace. */
  workspaces: Record<string, PortalFiles>;
  /** Each a sentence. */
  wrong: string[];
}

/** What was fetched, compared with the files that lie there. */
export async function readHeldPortal(directory: string): Promise<HeldPortal> {
  const held: HeldPortal = { workspaces: {}, wrong: [] };
  const text = await readFile(path.join(directory, portalList), 'utf8').catch(() => undefined);
  const content = text === undefined ? undefined : parse(text);
  const listed = isObject(content) ? content['workspaces'] : undefined;
  if (!isObject(listed)) {
    held.wrong.push(`The file ${portalList} is missing, cut or of another kind.`);
    return held;
  }
  for (const [workspace, files] of Object.entries(listed)) {
    const there = await listPortal(directory, workspace);
    const said = isObject(files) ? (files as PortalFiles) : {};
    held.workspaces[workspace] = said;
    for (const [file, hash] of Object.entries(said)) {
      if (there[file] === undefined) held.wrong.push(`${workspace}/${file} is missing.`);
      else if (there[file] !== hash) held.wrong.push(`${workspace}/${file} is not what was fetched.`);
    }
  }
  return held;
}

/** How many files of one side the other has not, or has otherwise. */
export function portalDifferences(from: PortalFiles, to: PortalFiles): { made: number; changed: number; gone: number } {
  const names = Object.keys(to);
  return {
    made: names.filter((name) => from[name] === undefined).length,
    changed: names.filter((name) => from[name] !== undefined && from[name] !== to[name]).length,
    gone: Object.keys(from).filter((name) => to[name] === undefined).length,
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
