import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ConnectionOptions, RequestMessage } from 'vscode-languageserver';

/** A request that its client takes back before its turn came is not worked on: editors do that with each key. */
export const connectionOptions: ConnectionOptions = {
  connectionStrategy: {
    cancelUndispatched(message) {
      const error = new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.').toJson();
      return { jsonrpc: message.jsonrpc, id: (message as RequestMessage).id, error };
    },
  },
};
