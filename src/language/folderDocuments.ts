import { readDocument } from './document.js';
import type { Beside } from './folder.js';
import type { FolderFile, FolderFiles } from './folderFiles.js';
import type { OpenDocument } from './openDocument.js';
import { kindOf } from './validate.js';
import { wholeDocument } from './wholeDocument.js';

/** Reads the files beside a document, held to the same gateway: each once, for as long as somebody has it. */
export class FolderDocuments {
  private readonly read = new WeakMap<FolderFile, OpenDocument>();

  constructor(private readonly folder: FolderFiles | undefined) {}

  beside({ uri, facts }: OpenDocument): Beside {
    return async () => {
      const files = (await this.folder?.beside(uri)) ?? [];
      return files.map((file) => this.document(file, facts));
    };
  }

  private document(file: FolderFile, facts: OpenDocument['facts']): OpenDocument {
    const { uri, version } = file;
    const known = this.read.get(file);
    if (known?.facts === facts && known.version === version) return known;
    const document = readDocument(file.getText(), uri.endsWith('.json'));
    const opened = wholeDocument(document, { uri, version, facts, kind: kindOf(document, 'auto', facts).kind });
    this.read.set(file, opened);
    return opened;
  }
}
