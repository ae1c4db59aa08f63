import { Ajv, type ValidateFunction } from 'ajv';
import type { FilesIndex } from './filesIndex.js';
import schema from './filesIndex.schema.json';

let compiled: ValidateFunction<FilesIndex> | undefined;

/** Whether a value is an index of files. The build puts the compiled check in place of this module: see `schemaModules` in esbuild.mjs. */
export const filesIndexValidator = (): ValidateFunction<FilesIndex> =>
  (compiled ??= new Ajv({ strict: false }).compile<FilesIndex>(schema));
