import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileProblems, hasShared, pathTexts, readLines, shared, shippedFacts, type Case } from './corpus.js';
import { openSource } from './facts.js';

const corpora = [
  { version: '3.9', file: 'corpus-3.9.3.jsonl', agreeing: 0.99 },
  { version: '2.8', file: 'corpus-2.8.5.jsonl', agreeing: 0.99 },
];

/** Files that a real gateway judged; here entity by entity: references, uniqueness and YAML itself are for others. */
describe.skipIf(!hasShared)('files judged by a real gateway', () => {
  it.each(corpora)('$version: verdict and places agree', ({ version, file, agreeing }) => {
    const facts = openSource(shippedFacts(version));
    const cases = readLines<Case>(path.join(shared, 'cases', file)).filter(
      ({ kind }) => kind === 'plugin' || kind === 'entity',
    );
    const places = (paths: string[]): string => [...new Set(paths)].sort().join(' ');
    const differing = cases.filter(({ yaml, paths }) => {
      const found = pathTexts(fileProblems(facts, yaml)).map((problem) => problem.path);
      return places(found) !== places(paths);
    });
    console.info(`${file}: ${cases.length - differing.length} of ${cases.length} agree`);
    expect(differing.map(({ id, mutation }) => `${id} ${mutation}`).length).toBeLessThanOrEqual(
      Math.floor(cases.length * (1 - agreeing)),
    );
  });

  it.each(corpora)('$version: nothing that a real gateway takes is refused', ({ version, file }) => {
    const facts = openSource(shippedFacts(version));
    const refused = readLines<Case>(path.join(shared, 'cases', file))
      .filter(({ verdict, kind }) => verdict === 'valid' && (kind === 'plugin' || kind === 'entity'))
      .map(({ id, yaml }) => ({ id, problems: pathTexts(fileProblems(facts, yaml)) }))
      .filter(({ problems }) => problems.length > 0);
    expect(refused).toEqual([]);
  });
});
