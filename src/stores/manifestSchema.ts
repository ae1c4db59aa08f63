import { Ajv, type ValidateFunction } from 'ajv';
import schema from '../../schemas/manifest.schema.json';
import type { Manifest } from '../core/snapshot.js';

let compiled: ValidateFunction<Manifest> | undefined;

/** Whether a value is a manifest. The build puts the compiled check in place of this module: see `schemaModules` in esbuild.mjs. */
export const manifestValidator = (): ValidateFunction<Manifest> =>
  (compiled ??= new Ajv({ strict: false }).compile<Manifest>(schema));
