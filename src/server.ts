import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../package.json';
import { serve } from './languageServer/connection.js';
import { connectionOptions } from './languageServer/connectionOptions.js';
import { nodeFolder } from './languageServer/nodeFolder.js';
import { schemaFolder } from './schema/folder.js';
import { nodeCrypto } from './schema/nodeCrypto.js';

// The facts lie beside the bundle's folder, as they lie beside `src`.
const ownSchemas = fileURLToPath(new URL('../schemas', import.meta.url));

const transports = ['--stdio', '--node-ipc', '--socket', '--pipe'];

// Long answers leave much behind, and the heap would be let grow to twice what is in use before it is swept: with large files
// open that is hundreds of megabytes. To sweep earlier takes little more work.
setFlagsFromString('--heap-growing-percent=40');

if (process.argv.some((argument) => transports.some((transport) => argument.startsWith(transport)))) {
  serve(createConnection(ProposedFeatures.all, connectionOptions), {
    version,
    crypto: nodeCrypto,
    folders: nodeFolder,
    openSchemas: (folder = ownSchemas) => schemaFolder(folder),
  });
} else {
  process.stderr.write('Say how to speak with the language server: node server.js --stdio\n');
  process.exitCode = 2;
}
