import { readDocument } from '../document.js';
import type { LanguageService } from '../service.js';
import { environmentsCompletion } from './completion.js';
import { environmentsDiagnostics } from './diagnostics.js';
import { environmentsHover } from './hover.js';

/** Which questions of the language service there are answers to for an environments file. */
export type EnvironmentsFileService = Pick<LanguageService, 'diagnostics' | 'completion' | 'hover'>;

/** @param withSyntax false where another extension says what is no YAML. */
export function createEnvironmentsFileService(withSyntax: () => boolean): EnvironmentsFileService {
  return {
    diagnostics: (source) => Promise.resolve(environmentsDiagnostics(readDocument(source.getText()), withSyntax())),
    completion: (source, position) => Promise.resolve(environmentsCompletion(readDocument(source.getText()), position)),
    hover: (source, position) => Promise.resolve(environmentsHover(readDocument(source.getText()), position)),
  };
}
