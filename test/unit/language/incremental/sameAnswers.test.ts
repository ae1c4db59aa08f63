import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../../../src/language/document.js';
import { documentLinks } from '../../../../src/language/features/documentLinks.js';
import { documentSymbols } from '../../../../src/language/features/documentSymbols.js';
import { foldingRanges } from '../../../../src/language/features/foldingRanges.js';
import { liveDocument } from '../../../../src/language/incremental/liveDocument.js';
import { LiveText } from '../../../../src/language/incremental/liveText.js';
import { LiveVerdict } from '../../../../src/language/incremental/verdict.js';
import { topLevelKinds } from '../../../../src/language/model.js';
import type { EntityNames, OpenDocument } from '../../../../src/language/openDocument.js';
import { outlineOfPieces } from '../../../../src/language/outlinePieces.js';
import { scanOutline } from '../../../../src/language/outlineScan.js';
import { atOnce } from '../../../../src/language/steps.js';
import { kindOf } from '../../../../src/language/validate.js';
import { wholeDocument } from '../../../../src/language/wholeDocument.js';
import { facts39 } from '../facts.js';
import { edit, editBoth, runs } from './edits.js';
import { bases } from './texts.js';

const uri = 'file:///kong.yaml';

/** What features see of a text that is kept up; undefined where it is read as a whole. */
function kept(live: LiveText, verdict: LiveVerdict): OpenDocument | undefined {
  const cut = live.parts();
  const { kind } = verdict.kind(facts39);
  const isWhole = live.marked.problems.size === 0;
  const of = { uri, version: live.version, kind, facts: facts39, isWhole };
  return cut && liveDocument(cut, () => verdict.judged(cut, { facts: facts39 }), of);
}

function fromScratch(text: string, version: number): OpenDocument {
  const document = readDocument(text);
  return wholeDocument(document, { uri, version, facts: facts39, kind: kindOf(document, 'auto', facts39).kind });
}

/** Everything that can be asked by name. */
function answers({ entities, kind }: OpenDocument): unknown {
  const kinds = [...topLevelKinds(kind, facts39), 'routes', 'targets', 'snis', '_plugin_configs'];
  const perKind = [...new Set(kinds)].map((each) => {
    const names = entities.names(each);
    return { each, names, found: names.map((name) => answersFor(entities, each, name)) };
  });
  const tags = [...entities.tags()].sort(([a], [b]) => (a < b ? -1 : 1));
  const all = [...entities.all()].map(({ kind: of, path, value, parent }) => [of, path, value, parent?.entity.path]);
  return { perKind, all, tags: tags.map(([tag, count]) => [tag, count, entities.tagged(tag)]) };
}

function answersFor(entities: EntityNames, kind: string, name: string): unknown {
  const found = entities.find(kind, name).map(({ path }) => [path, entities.at([...path, 'name'])?.path]);
  return [name, found, entities.referencesTo(kind, name)];
}

/** Everything that can be asked by place. Between two words it is nobody's which of them a place belongs to. */
function places(document: OpenDocument, numbers: readonly number[]): unknown {
  const { text } = document;
  const offsets = numbers
    .map((number) => number % (text.length + 1))
    .filter((offset) => /^\w\w$/.test(text.slice(offset - 1, offset + 1)));
  const ranges = [...document.entities.all()].map(({ path }) => [
    document.rangeOf(path, 'value'),
    document.rangeOf([...path, 'name'], 'key'),
    document.valueAt([...path, 'tags']),
  ]);
  return { ranges, paths: offsets.map((offset) => [offset, document.pathAt(text.position(offset))]) };
}

test('after any edits, what is asked of a text has the answers of the text from scratch', async () => {
  const numbers = fc.array(fc.nat(), { maxLength: 8 });
  const sequence = fc.array(edit, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.nat(bases.length - 1), sequence, numbers, async (base, edits, asked) => {
      await new Promise(setImmediate);
      let text = bases[base] ?? '';
      const live = new LiveText(uri, 'yaml', 0, text);
      const verdict = new LiveVerdict(live);
      kept(live, verdict)?.entities.tags();
      edits.forEach((one, index) => {
        text = editBoth(live, text, one);
        if (!one.isSeen && index < edits.length - 1) return;
        const document = kept(live, verdict);
        if (!document) return;
        const whole = fromScratch(text, live.version);
        expect(document.kind).toBe(whole.kind);
        expect(document.isWhole).toBe(whole.isWhole);
        expect(document.topKeys).toEqual(whole.topKeys);
        expect(answers(document)).toEqual(answers(whole));
        // Where a list goes on behind another key, the list from scratch spans that key too.
        const numbers = live.parts()?.odd ? [] : asked;
        expect(places(document, numbers)).toEqual(places(whole, numbers));
        expect(atOnce(documentSymbols(document))).toEqual(atOnce(documentSymbols(whole)));
        const { pieces } = document;
        // A line that starts with a tab ends a list to who reads lines.
        if (pieces && !text.includes('\t'))
          expect(atOnce(outlineOfPieces(document, pieces))).toEqual(atOnce(scanOutline(whole)));
        for (const most of [undefined, 2, 5]) {
          expect(atOnce(foldingRanges(document, most))).toEqual(atOnce(foldingRanges(whole, most)));
        }
        expect(atOnce(documentLinks(document))).toEqual(atOnce(documentLinks(whole)));
      });
    }),
    { numRuns: runs(10_000) },
  );
}, 1_800_000);
