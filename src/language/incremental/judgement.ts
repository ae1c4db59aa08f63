import { groupBy } from '../../core/groupBy.js';
import type { CheckInput, Finding } from '../checks/check.js';
import { nestedSnis } from '../checks/nestedSnis.js';
import { duplicateKeys } from '../checks/duplicateKeys.js';
import { references } from '../checks/references.js';
import { selectTags } from '../checks/selectTags.js';
import { notUnique, claimsOf, Identities, uniqueness } from '../checks/uniqueness.js';
import type { Entity } from '../model.js';
import { topLevelKinds } from '../model.js';
import { checks, first } from '../validate.js';
import type { CutText } from './cutText.js';
import { Directory, DirectoryIndex, entriesOf, slotOf } from './directory.js';
import {
  findingsOfPart,
  holdsPassword,
  indexOfCheck,
  inputOfPart,
  modelOfPart,
  ofWhole,
  withPassword,
  type Found,
  type Standards,
} from './findings.js';
import type { Holders } from './holders.js';
import type { Part } from './part.js';
import { PartNodes } from './partNodes.js';

const atReferences = indexOfCheck(references);
const atUniqueness = indexOfCheck(uniqueness);
const atSnis = indexOfCheck(nestedSnis);

/** What is found in each part, by standards that hold for all of them: kept up by difference as parts come and go. */
export class Judgement {
  readonly directory = new Directory();
  /** Parts with passwords for which SNIs elsewhere are refused. */
  readonly passwords = new Set<Part>();
  /** Kinds and plugins that the text is, or was, made of. */
  readonly used = { kinds: new Set<string>(), plugins: new Set<string>() };
  /** What the check of select tags found in all of the text, until a part of it changes: to count them anew takes the directory. */
  ofSelectTags: readonly Finding[] | undefined;
  private readonly unresolved = new Set<Part>();
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly index: DirectoryIndex;
  private known = new Map<Part, Entity[]>();
  /** Fills the directory, some parts at a time; put off until it is needed. */
  private filling: Iterator<void> | undefined;

  constructor(
    private readonly cut: CutText,
    readonly standards: Standards,
  ) {
    const kinds = topLevelKinds(standards.kind, standards.facts);
    this.ranks = new Map(kinds.map((kind, rank) => [kind, rank]));
    this.index = new DirectoryIndex(
      this.directory,
      standards.facts,
      (parts) => parts.flatMap((part) => this.entities(part)),
      (parts) => this.inOrder(parts),
    );
  }

  /** Judges all parts at once, as the text in one piece is judged. */
  judgeAll(input: CheckInput): void {
    const nodes = new PartNodes(this.cut);
    for (const part of this.cut.list) {
      part.found = undefined;
      part.entries = undefined;
      if (part.chunk) part.chunk.summary = undefined;
    }
    this.use(input.model.entities);
    this.ofSelectTags = [...selectTags(input)];
    const found = new Map<Part, Found[]>();
    const note = (finding: Omit<Found, 'part'>): void => {
      const part = nodes.locate(finding.path)?.part ?? this.cut.sections.get(String(finding.path[0]))?.head;
      if (!part) return;
      const list = found.get(part);
      const { offset } = finding.span ? this.cut.list.standing(part) : { offset: 0 };
      const span = finding.span && { start: finding.span.start - offset, end: finding.span.end - offset };
      const one: Found = { ...finding, part, ...(span && { span }) };
      if (list) list.push(one);
      else found.set(part, [one]);
    };
    for (const finding of first(duplicateKeys(input))) note({ ...finding, check: -1 });
    checks.forEach((check, at) => {
      if (ofWhole.has(check)) return;
      for (const finding of first(check(check === nestedSnis ? withPassword(input) : input)))
        note({ ...finding, check: at });
    });
    for (const [part, list] of found) {
      part.found = list;
      if (list.some(({ code }) => code === 'unresolved-reference')) this.unresolved.add(part);
    }
    // By the parts as they are now: edits may come before the directory is filled.
    const items = new Map<string, Part[]>();
    for (const { key, head } of this.cut.sections.values()) items.set(key, [head]);
    for (const part of this.cut.list) {
      if (part.role === 'item' && part.section) items.get(part.section.key)?.push(part);
    }
    this.filling = this.fillFrom(input, items);
    if (holdsPassword(input)) this.ready();
  }

  private use(entities: readonly Entity[]): void {
    const { kinds, plugins } = this.used;
    for (const { kind, value } of entities) {
      kinds.add(kind);
      if (kind === 'plugins' && typeof value['name'] === 'string') plugins.add(value['name']);
    }
  }

  private *fillFrom(input: CheckInput, items: ReadonlyMap<string, readonly Part[]>): Generator<void> {
    const byPart = new Map<Part, Entity[]>();
    for (const entity of input.model.entities) {
      const [key, index] = entity.path;
      const parts = items.get(String(key)) ?? [];
      const part = parts.length === 1 ? parts[0] : parts[Number(index) + 1];
      if (!part) continue;
      if (part.role === 'item') (entity.path as (string | number)[])[1] = part.serial;
      const list = byPart.get(part);
      if (list) list.push(entity);
      else byPart.set(part, [entity]);
    }
    let count = 0;
    for (const [part, entities] of byPart) {
      const own = { ...input, model: { ...input.model, entities } };
      this.directory.add(part, entriesOf(own));
      if (holdsPassword(own)) this.passwords.add(part);
      if (++count % filledAtOnce === 0) yield;
    }
  }

  /** Fills the directory. */
  ready(): void {
    while (!this.prepare());
  }

  /** To be called when nothing else is to do, again and again: the first edit need not wait then. @returns whether all is done. */
  prepare(): boolean {
    if (this.filling?.next().done !== false) this.filling = undefined;
    return this.filling === undefined;
  }

  /** Judges the parts that came, and what they change for others. */
  update(removed: ReadonlySet<Part>, added: ReadonlySet<Part>): void {
    if (removed.size + added.size === 0) return;
    this.ready();
    this.ofSelectTags = undefined;
    const names = new Set<string>();
    const claims = new Set<string>();
    const note = (part: Part): void => {
      addPairs(names, part.entries?.names);
      addPairs(claims, part.entries?.claims);
    };
    const before = namesIn(removed);
    for (const part of removed) {
      note(part);
      this.directory.remove(part);
      this.unresolved.delete(part);
      this.passwords.delete(part);
      this.known.delete(part);
    }
    for (const part of added) {
      const input = this.input(part);
      this.use(input.model.entities);
      this.directory.add(part, entriesOf(input));
      part.found = findingsOfPart(part, input);
      if (holdsPassword(input)) this.passwords.add(part);
    }
    // Claims may name entities of parts that came later.
    for (const part of added) this.claimAnew(part, claims);
    for (const part of added) note(part);
    const isRenamed = before !== namesIn(added);
    const referring = new Set(added);
    if (isRenamed) {
      for (const part of this.unresolved) referring.add(part);
      for (const part of this.holders(this.directory.references, names)) {
        this.claimAnew(part, claims);
        referring.add(part);
      }
    }
    for (const part of referring) this.judgeReferences(part);
    for (const part of new Set([...added, ...this.holders(this.directory.claims, claims)])) this.judgeClaims(part);
    if (this.known.size > mostKnown) this.known.clear();
  }

  private claimAnew(part: Part, claims: Set<string>): void {
    const now = entriesOf(this.input(part));
    if (part.entries && isSameList(part.entries.claims, now.claims)) return;
    addPairs(claims, part.entries?.claims);
    addPairs(claims, now.claims);
    this.directory.remove(part);
    this.directory.add(part, now);
  }

  private *holders(all: Holders, keys: Iterable<string>): Generator<Part> {
    for (const key of keys) {
      const at = key.lastIndexOf('\x01');
      // Who asks may put them in anew meanwhile.
      yield* [...all.of(key.slice(0, at), key.slice(at + 1))];
    }
  }

  private judgeReferences(part: Part): void {
    const found = [...references(this.input(part))].map((finding) => ({ ...finding, check: atReferences, part }));
    if (found.some(({ code }) => code === 'unresolved-reference')) this.unresolved.add(part);
    else this.unresolved.delete(part);
    this.put(part, atReferences, found);
  }

  /** Of those with the same claim the first in order has it. */
  private judgeClaims(part: Part): void {
    const found: Found[] = [];
    const input = this.input(part);
    const identities = new Identities(input);
    const own = new Set<string>();
    for (const entity of input.model.entities) {
      const claims = claimsOf(entity, input, identities);
      const taken = claims.find(({ field, value }) => this.isTaken(part, slotOf(entity.kind, field), value, own));
      for (const { field, value } of claims) own.add(`${slotOf(entity.kind, field)}\x01${value}`);
      if (taken) found.push({ ...notUnique(entity, taken, input), check: atUniqueness, part });
    }
    this.put(part, atUniqueness, found);
  }

  private isTaken(part: Part, slot: string, value: string, own: ReadonlySet<string>): boolean {
    if (own.has(`${slot}\x01${value}`)) return true;
    const holders = this.directory.claims.of(slot, value);
    return holders.some((other) => other !== part && this.compare(other, part) < 0);
  }

  private put(part: Part, check: number, found: readonly Found[]): void {
    const others = (part.found ?? []).filter((one) => one.check !== check);
    if (others.length === (part.found?.length ?? 0) && found.length === 0) return;
    part.found = [...others, ...found];
    if (part.chunk) part.chunk.summary = undefined;
  }

  input(part: Part): CheckInput {
    return inputOfPart(part, this.standards, this.index);
  }

  /** The entities of a part. Of the parts that were asked for last they are kept. */
  entities(part: Part): Entity[] {
    let entities = this.known.get(part);
    if (!entities) this.known.set(part, (entities = [...modelOfPart(part, this.standards).entities]));
    return entities;
  }

  /** In the order in which a file's entities are read: by kind, then as they stand. */
  inOrder(parts: Iterable<Part>): Part[] {
    return [...parts]
      .map((part) => ({ part, rank: this.rankOf(part), ordinal: this.cut.list.standing(part).ordinal }))
      .sort((a, b) => a.rank - b.rank || a.ordinal - b.ordinal)
      .map(({ part }) => part);
  }

  private compare(a: Part, b: Part): number {
    const { list } = this.cut;
    return this.rankOf(a) - this.rankOf(b) || list.standing(a).ordinal - list.standing(b).ordinal;
  }

  rankOf({ section }: Part): number {
    return this.ranks.get(section?.key ?? '') ?? this.ranks.size;
  }

  /** Findings by check, each in the order of the entities; those that stand twice last. */
  byCheck(): { ofChecks: Found[][]; repeated: Found[] } {
    const parts: Part[] = [];
    for (const chunk of this.cut.list.all) {
      const summary = (chunk.summary ??= chunk.parts.filter(({ found }) => found?.length)) as Part[];
      for (const part of summary) parts.push(part);
    }
    const ofChecks: Found[][] = checks.map(() => []);
    const repeated: Found[][] = [];
    for (const part of byRank(parts, (each) => this.rankOf(each))) {
      for (const one of part.found ?? []) if (one.check >= 0) ofChecks[one.check]?.push(one);
    }
    for (const part of parts) {
      const own = (part.found ?? []).filter(({ check }) => check === -1);
      if (own.length) repeated.push(own);
    }
    if (this.passwords.size === 0 && ofChecks[atSnis]) ofChecks[atSnis] = [];
    return { ofChecks, repeated: repeated.reverse().flat() };
  }
}

const mostKnown = 2000;

/** Parts whose entities take some milliseconds. */
const filledAtOnce = 500;

function byRank(parts: Part[], rankOf: (part: Part) => number): Part[] {
  return [...groupBy(parts, rankOf)].sort(([a], [b]) => a - b).flatMap(([, ofRank]) => ofRank);
}

function addPairs(to: Set<string>, pairs: readonly string[] = []): void {
  for (let at = 0; at < pairs.length; at += 2) to.add(`${pairs[at]}\x01${pairs[at + 1]}`);
}

const namesIn = (parts: ReadonlySet<Part>): string =>
  [...parts].flatMap(({ entries }) => entries?.names ?? []).join('\0');

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);
