import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ConnectionOptions, RequestMessage } from 'vscode-languageserver';

/** What a request that was taken back is answered with. */
export const cancelled = (): ResponseError =>
  new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');

/** A request that its client takes back before its turn came is not worked on: editors do that with each key. */
export const connectionOptions: ConnectionOptions = {
  connectionStrategy: {
    cancelUndispatched(message) {
      return { jsonrpc: message.jsonrpc, id: (message as RequestMessage).id, error: cancelled().toJson() };
    },
  },
};
