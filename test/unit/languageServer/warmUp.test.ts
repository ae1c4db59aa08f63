import { expect, test } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-types';
import { createLanguageService } from '../../../src/language/service.js';
import { warmUp } from '../../../src/languageServer/warmUp.js';
import { schemas } from '../language/facts.js';

test('warms up by a file that has nothing wrong, once nothing better is to do', async () => {
  const service = createLanguageService({ schemas, gateway: () => ({ version: '3.9', source: 'assumed' }) });
  const found: Diagnostic[][] = [];
  let asked = 0;
  const listening = {
    ...service,
    diagnostics: async (...of: Parameters<typeof service.diagnostics>) => {
      const diagnostics = await service.diagnostics(...of);
      found.push(diagnostics);
      return diagnostics;
    },
  };
  await warmUp(listening, () => asked++ < 3);
  expect(asked).toBeGreaterThan(3);
  expect(found[0]).toEqual([]);
  // Somebody typed what was wrong, and took it back.
  expect(found.some(({ length }) => length > 0)).toBe(true);
  expect(found.at(-1)).toEqual([]);
});
