import {
  BrowserMessageReader,
  BrowserMessageWriter,
  type Connection,
  createConnection,
  ErrorCodes,
  ProposedFeatures,
  ResponseError,
} from 'vscode-languageserver/browser';
import { version } from '../package.json';
import type { ValidationRequest } from './app.js';
import { isKongBackupError } from './core/errors.js';
import { clientFiles } from './languageServer/clientFiles.js';
import { serve } from './languageServer/connection.js';
import { connectionOptions } from './languageServer/connectionOptions.js';
import { type JobFailure, webJobRequests } from './languageServer/protocol.js';
import { schemaSource } from './schema/source.js';
import { shippedVersions } from './shippedVersions.js';
import { createWebApp, type TextFile, type WebApp } from './webApp.js';

/** Answers jobs on files; what they throw of ours arrives as data beside the sentence. */
function answerJobs(connection: Connection, app: WebApp): void {
  connection.onRequest(webJobRequests.compare, ({ from, to }: { from: TextFile; to: TextFile }) =>
    withFailures(app.compare(from, to)),
  );
  connection.onRequest(webJobRequests.validate, ({ file, request }: { file: TextFile; request: ValidationRequest }) =>
    withFailures(app.validate(file, request)),
  );
}

async function withFailures<T>(job: Promise<T>): Promise<T | ResponseError<JobFailure>> {
  try {
    return await job;
  } catch (error) {
    if (!isKongBackupError(error)) throw error;
    const { code, place, reason, remedy, message } = error;
    return new ResponseError(ErrorCodes.InternalError, message, { code, place, reason, remedy });
  }
}

// A web worker speaks through its own global object.
const worker = globalThis as never;
const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(worker),
  new BrowserMessageWriter(worker),
  connectionOptions,
);
const files = clientFiles(connection);
const schemas = schemaSource(shippedVersions, (wanted) => files.facts(wanted));
answerJobs(connection, createWebApp(schemas));
serve(connection, { version, folders: files, openSchemas: () => schemas });
