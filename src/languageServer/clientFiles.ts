import type { Connection } from 'vscode-languageserver';
import type { FolderReader } from './folderFiles.js';
import { clientFileRequests as requests } from './protocol.js';

/** Files for a server that has no disk: its client reads them, wherever they are. */
export interface ClientFiles extends FolderReader {
  /** Text of a version's facts. */
  facts(version: string): Promise<string>;
}

/** Each request goes to the client when it is made; none is made before the client has said hello. */
export const clientFiles = (connection: Pick<Connection, 'sendRequest'>): ClientFiles => ({
  facts: (version) => connection.sendRequest(requests.facts, { version }),
  list: (folder) => connection.sendRequest(requests.list, { uri: folder }),
  stat: (uri) => connection.sendRequest(requests.stat, { uri }),
  read: (uri) => connection.sendRequest(requests.read, { uri }),
});
