import { readDirectives } from '../directives.js';
import type { ValidationRules } from '../rules.js';
import type { Gateway, LanguageService, TextSource } from '../service.js';
import { suggestedFixes } from '../suggestedFixes.js';
import { confCompletion } from './completion.js';
import { readConf } from './confFile.js';
import { confDiagnostics, isOurs } from './diagnostics.js';
import type { KongConfFacts } from './facts.js';
import type { ConfInput } from './finding.js';
import { confHover } from './hover.js';
import { confFoldingRanges, confSymbols } from './structure.js';

/** Which questions of the language service there are answers to for a kong.conf. */
export type KongConfService = Pick<
  LanguageService,
  'diagnostics' | 'completion' | 'hover' | 'documentSymbols' | 'foldingRanges' | 'codeActions'
>;

/**
 * Everything the editor can ask about a kong.conf. Such files are small: each question reads the text again.
 * @param facts called with the first question.
 */
export function createKongConfService(
  facts: () => Promise<KongConfFacts>,
  gateway: () => Gateway,
  rules?: () => ValidationRules,
): KongConfService {
  async function open(source: TextSource): Promise<ConfInput> {
    const file = readConf(source.getText());
    const version = readDirectives(file.text, file.lines).gatewayVersion ?? gateway().version;
    return { file, facts: await facts(), version };
  }
  return {
    diagnostics: async (source) => confDiagnostics(await open(source), rules?.()),
    completion: async (source, position) => confCompletion(await open(source), position),
    hover: async (source, position) => confHover(await open(source), position),
    async documentSymbols(source) {
      const { file, facts: known } = await open(source);
      return confSymbols(file, known);
    },
    foldingRanges: async (source) => confFoldingRanges((await open(source)).file),
    codeActions: ({ uri }, { diagnostics, only }) =>
      Promise.resolve(suggestedFixes(uri, diagnostics.filter(isOurs), only)),
  };
}
