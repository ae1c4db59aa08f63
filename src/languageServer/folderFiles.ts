import type { FolderFile, FolderFiles } from '../language/folderFiles.js';

/** Reads folders. Addresses are URIs. */
export interface FolderReader {
  /** The files of a folder, not those of folders in it; of very many, some. @throws when it can't be read. */
  list(folder: string): Promise<string[]>;
  /** When a file was last changed, in milliseconds, and how many bytes it has. @throws when there is none. */
  stat(uri: string): Promise<{ changed: number; size: number }>;
  /** @throws when it can't be read. */
  read(uri: string): Promise<string>;
}

/** Texts that are open in the editor, and Kong's. */
export interface OpenTexts {
  keys(): readonly string[];
  get(uri: string): FolderFile | undefined;
}

/** What of a folder is read at most: beyond that it holds more than one gateway. */
export const limits = { files: 100, bytes: 32_000_000 };

/** Folders whose files are kept: people work in few at a time. */
const mostFolders = 4;

const declarative = /\.(?:ya?ml|json)$/i;
const says = /(?:^|[{,])\s*["']?_format_version["']?\s*:/m;

/** Files beside one: open ones as they are in the editor, the others from disk, again only when they have changed there. */
export class OpenedFolder implements FolderFiles {
  /** By folder, the one that was asked for last at the end. */
  private readonly known = new Map<string, Map<string, Known>>();

  constructor(
    private readonly open: OpenTexts,
    private readonly reader: FolderReader | undefined,
  ) {}

  async beside(uri: string): Promise<readonly FolderFile[]> {
    const folder = folderOf(uri);
    const open = this.open.keys().filter((each) => each !== uri && folderOf(each) === folder);
    const onDisk = await this.onDisk(folder, new Set([uri, ...this.open.keys()].map(comparable)));
    return [...open.map((each) => this.open.get(each)), ...onDisk].filter((file) => file !== undefined);
  }

  private async onDisk(folder: string, without: ReadonlySet<string>): Promise<FolderFile[]> {
    if (!this.reader) return [];
    const listed = await this.reader.list(folder).catch(() => []);
    const uris = listed.filter((uri) => declarative.test(uri) && !without.has(comparable(uri))).sort();
    const before = this.known.get(folder);
    const files = new Map<string, Known>();
    let bytes = 0;
    for (const uri of uris.slice(0, limits.files)) {
      const known = await this.file(uri, before?.get(uri), limits.bytes - bytes);
      if (!known) continue;
      bytes += known.file ? known.size : 0;
      files.set(uri, known);
    }
    this.remember(folder, files);
    return [...files.values()].flatMap(({ file }) => file ?? []);
  }

  private remember(folder: string, files: Map<string, Known>): void {
    this.known.delete(folder);
    this.known.set(folder, files);
    const [oldest] = this.known.keys();
    if (this.known.size > mostFolders && oldest !== undefined) this.known.delete(oldest);
  }

  private async file(uri: string, known: Known | undefined, most: number): Promise<Known | undefined> {
    try {
      const { changed, size } = (await this.reader?.stat(uri)) ?? {};
      if (changed === undefined || size === undefined || size > most) return undefined;
      if (known?.changed === changed && known.size === size) return known;
      const text = (await this.reader?.read(uri)) ?? '';
      const file = { uri, version: Math.floor(changed), getText: () => text };
      return { changed, size, file: says.test(text.slice(0, 5000)) ? file : undefined };
    } catch {
      // A file that is gone, or nobody may read, is none of decK's.
      return undefined;
    }
  }
}

interface Known {
  changed: number;
  size: number;
  /** Undefined for one that is not Kong's. */
  file: FolderFile | undefined;
}

const folderOf = (uri: string): string => uri.slice(0, uri.lastIndexOf('/'));

/** Editors encode more of a path than they need to, each in its way. */
function comparable(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
