import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../../../src/language/document.js';
import { LiveText } from '../../../../src/language/incremental/liveText.js';
import { LiveVerdict } from '../../../../src/language/incremental/verdict.js';
import { validateDocument } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';
import { edit, editBoth, runs } from './edits.js';
import { bases } from './texts.js';

test('after any edits the verdict is that of the text from scratch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(bases.length - 1), fc.array(edit, { minLength: 1, maxLength: 5 }), async (base, edits) => {
      // The runner of tests gets its turn.
      await new Promise(setImmediate);
      let text = bases[base] ?? '';
      const live = new LiveText('file:///kong.yaml', 'yaml', 0, text);
      const verdict = new LiveVerdict(live);
      verdict.diagnostics({ facts: facts39 });
      edits.forEach((one, index) => {
        text = editBoth(live, text, one);
        if (!one.isSeen && index < edits.length - 1) return;
        expect(live.getText()).toBe(text);
        const found = verdict.diagnostics({ facts: facts39 });
        expect(found).toEqual(validateDocument(readDocument(text), { kind: 'auto', facts: facts39 }).diagnostics);
      });
    }),
    { numRuns: runs(10_000) },
  );
}, 1_800_000);
