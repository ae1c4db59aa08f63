import { readDocument } from '../document.js';
import type { LanguageService } from '../service.js';
import { suggestedFixes } from '../suggestedFixes.js';
import { environmentsCompletion } from './completion.js';
import { environmentsDiagnostics, isOurs } from './diagnostics.js';
import { environmentsHover } from './hover.js';

/** Which questions of the language service there are answers to for an environments file. */
export type EnvironmentsFileService = Pick<LanguageService, 'diagnostics' | 'completion' | 'hover' | 'codeActions'>;

/** @param withSyntax false where another extension says what is no YAML. */
export function createEnvironmentsFileService(withSyntax: () => boolean): EnvironmentsFileService {
  return {
    diagnostics: (source) => Promise.resolve(environmentsDiagnostics(readDocument(source.getText()), withSyntax())),
    completion: (source, position) => Promise.resolve(environmentsCompletion(readDocument(source.getText()), position)),
    codeActions: ({ uri }, { diagnostics, only }) =>
      Promise.resolve(suggestedFixes(uri, diagnostics.filter(isOurs), only)),
    hover: (source, position) => Promise.resolve(environmentsHover(readDocument(source.getText()), position)),
  };
}
