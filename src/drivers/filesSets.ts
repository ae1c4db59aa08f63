import type { Target } from '../core/environment.js';
import type { Command, FilesSection } from '../core/environmentSections.js';
import { KongBackupError } from '../core/errors.js';
import { filesBehind } from './filesBehind.js';
import { filesHere } from './filesHere.js';
import type { FilesPlace } from './filesPlace.js';

/** Files that belong together, and where they are. */
export interface FilesSet {
  name: string;
  paths: readonly string[];
  exclude: readonly string[];
  place: FilesPlace;
  /** The gateway's prefix folder, which is looked through for what no path names. */
  prefix?: string;
  /** Without any of these it is the wrong machine. */
  roots?: readonly string[];
  /** Paths whose absence is said. */
  expected: readonly string[];
}

/** The set of what the documents name, when `kong.conf` or `kong.prefix` says where that is. */
export const gatewaySet = 'kong';

/** @throws KongBackupError `environment-invalid` for two sets of one name. */
export function setsOf({ environment, baseFolder }: Target): FilesSet[] {
  const { kong = {}, files = [] } = environment;
  const makePlace = (command: Command | undefined): FilesPlace =>
    command ? filesBehind(command, baseFolder) : filesHere();
  const own = files.map((section) => ownSet(section, makePlace(section.command), baseFolder));
  const names = own.map(({ name }) => name.toLowerCase());
  const twice = own.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice) {
    throw new KongBackupError('environment-invalid', {
      place: environment.name,
      reason: `Two entries of "files" have the name ${twice.name}.`,
      remedy: 'Give each entry of "files" in the environments file a name of its own.',
    });
  }
  if ((kong.conf === undefined && kong.prefix === undefined) || names.includes(gatewaySet)) return own;
  const place = makePlace(kong.copy);
  const absolute = absolutePath(place, baseFolder);
  const conf = kong.conf === undefined ? [] : [absolute(kong.conf)];
  const prefix = kong.prefix === undefined ? undefined : absolute(kong.prefix);
  const inPrefix = prefix === undefined ? [] : prefixPatterns.map((each) => `${escapeGlob(prefix)}/${each}`);
  return [
    {
      name: gatewaySet,
      paths: [...conf.map(escapeGlob), ...inPrefix],
      exclude: [],
      place,
      expected: conf.map(escapeGlob),
      ...(prefix !== undefined && { prefix }),
      roots: [...conf, ...(prefix === undefined ? [] : [prefix])].map((each) => place.path.normalize(each)),
    },
    ...own,
  ];
}

function ownSet(
  { name, paths, exclude = [] }: FilesSection,
  place: FilesPlace,
  baseFolder: string | undefined,
): FilesSet {
  const absolute = absolutePath(place, baseFolder);
  const all = paths.map(absolute);
  return {
    name,
    paths: all,
    exclude: exclude.map((each) => (each.startsWith('**/') ? each : absolute(each))),
    place,
    expected: all,
  };
}

/** With forward slashes. Behind a command only absolute paths mean something; one that is not stays as it is, and is said. */
const absolutePath =
  (place: FilesPlace, baseFolder: string | undefined) =>
  (given: string): string => {
    const full =
      place.path.isAbsolute(given) || baseFolder === undefined || place.name !== 'this machine'
        ? given
        : place.path.join(baseFolder, given);
    const slashed = place.isWindows ? full.replaceAll('\\', '/') : full;
    return slashed.length > 1 ? slashed.replace(/\/+$/, '') : slashed;
  };

const escapeGlob = (text: string): string => text.replace(/[\\*?[\]{}()!+@]/g, '\\$&');

/** What a prefix folder holds that a gateway does not start without; the folders with all that is in them. */
const prefixPatterns = ['nginx*.conf', '.kong_env', '*.{pem,crt,cer,key,p12,pfx,jks,json}', 'ssl', 'certs', 'keys'];

/** What else stands in a prefix folder, and why it is left out. */
export const leftOutOfPrefix: readonly { pattern: RegExp; reason: string }[] = [
  { pattern: /^pids$|\.pid$/, reason: 'numbers of running processes' },
  { pattern: /^logs$|\.log$/, reason: 'logs' },
  { pattern: /^sockets$|\.sock$/, reason: 'sockets of a running gateway' },
  { pattern: /\.lmdb$|^config\.cache\.json\.gz$/, reason: 'a cache that the gateway makes anew' },
  { pattern: /_temp$|^tmp$/, reason: 'temporary files' },
  {
    pattern: /^(gui|gui_config|portal|lib|include|bin|share|profiling)$/,
    reason: 'comes with the program or is made at its start',
  },
];
