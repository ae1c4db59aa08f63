import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import { listed } from '../core/listed.js';
import { type FoundFiles, gap } from './filesFind.js';
import { isOurs, slashed } from './filesPatterns.js';
import { type FilesSet, leftOutOfPrefix } from './filesSets.js';

/** What else stands in the prefix folder: known and left out, or unknown and said. */
export async function uncoveredInPrefix(
  { prefix, place }: FilesSet,
  { files, special }: FoundFiles,
  context: OperationContext,
): Promise<{ leftOut: string[]; gaps: Gap[] }> {
  const leftOut: string[] = [];
  const gaps: Gap[] = [];
  if (prefix === undefined) return { leftOut, gaps };
  const folder = place.path.normalize(prefix);
  const [found] = await place.look([folder], context);
  if (!found) {
    const remedy = 'Correct `kong.prefix` in the environments file.';
    return { leftOut, gaps: [gap(`There is no folder ${folder} (${place.name}).`, remedy)] };
  }
  const { paths } = await place.list(folder, { depth: 1, most: 10_000 }, context);
  const taken = new Set([...files.map((each) => each.path), ...special]);
  const others = paths.filter((each) => !taken.has(each) && !isOurs(slashed(each, place.path)));
  const unknown: string[] = [];
  const facts = await place.look(others, context);
  for (const [index, each] of others.entries()) {
    const name = place.path.basename(each);
    const known = leftOutOfPrefix.find(({ pattern }) => pattern.test(name));
    if (known) leftOut.push(`${each}: ${known.reason}`);
    else if (facts[index]?.type === 'other') leftOut.push(`${each}: a socket, device or pipe`);
    else unknown.push(each);
  }
  if (unknown.length > 0) {
    const names = unknown.map((each) => place.path.basename(each));
    const reason = `${folder} also has ${listed(names, 10)}, which are not held.`;
    gaps.push(gap(reason, 'Name them under "files" in the environments file when you made them.', unknown.length));
  }
  return { leftOut: leftOut.sort(), gaps };
}
