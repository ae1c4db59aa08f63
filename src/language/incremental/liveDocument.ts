import type { Json } from '../../core/json.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import { pathIn, spanOf } from '../document.js';
import { namesOf, referencesOf } from '../entityReferences.js';
import type { FileKind } from '../fileKind.js';
import type { Entity } from '../model.js';
import type { EntityNames, OpenDocument, Piece, TextView } from '../openDocument.js';
import { valueAtPath } from '../values.js';
import type { CutText } from './cutText.js';
import { offsetAt, positionAt } from './editText.js';
import type { Judgement } from './judgement.js';
import type { Part } from './part.js';
import { PartNodes, valueOfPart } from './partNodes.js';
import { trimmed } from './verdict.js';

interface Of {
  uri: string;
  version: number;
  kind: FileKind;
  facts: SchemaFacts;
  isWhole: boolean;
}

/** A text that is read by its parts, as features see it: only the parts are read that they ask for. */
export function liveDocument(cut: CutText, judgement: () => Judgement, of: Of): OpenDocument {
  const nodes = new PartNodes(cut);
  const { list } = cut;
  let names: EntityNames | undefined;
  return {
    ...of,
    text: textView(cut),
    get topKeys() {
      return [...cut.sections.keys()];
    },
    partAt(line) {
      const found = list.atLine(Math.min(line, list.breaks));
      if (!found) return { key: undefined, index: undefined, startLine: 0, endLine: 1 };
      const { part, standing } = found;
      const { section } = part.after;
      const end = standing.line + part.breaks;
      // The empty line at the end of a text belongs to its last part.
      const isLast = standing.ordinal === list.size - 1;
      return {
        key: part.role === 'prologue' ? undefined : (part.section ?? section)?.key,
        index: part.role === 'item' ? nodes.indexOf(part) : undefined,
        startLine: standing.line,
        endLine: Math.max(standing.line + 1, isLast ? end + 1 : end),
      };
    },
    get pieces() {
      return cut.odd > 0 ? undefined : piecesOf(cut);
    },
    valueAt(path): Json | undefined {
      const found = nodes.locate(path);
      return found ? valueAtPath(valueOfPart(found.part), found.rest) : valueAtPath(nodes.value, path);
    },
    nodeAt: (path) => nodes.nodeAt(path),
    rangeOf(path, aspect) {
      const { start, end } = trimmed(nodes, spanOf(nodes, path, aspect));
      return { start: positionAt(list, start), end: positionAt(list, end) };
    },
    pathAt: (position) => pathAt(nodes, offsetAt(list, position)),
    get entities() {
      return (names ??= new LiveNames(nodes, judgement(), of.facts));
    },
  };
}

function* piecesOf({ list }: CutText): Generator<Piece> {
  let startLine = 0;
  for (const part of list) {
    const { text, breaks, role, section } = part;
    yield { id: part, text, breaks, startLine, key: section?.key, isItem: role === 'item' };
    startLine += breaks;
  }
}

function textView({ list }: CutText): TextView {
  return {
    get length() {
      return list.length;
    },
    get lineCount() {
      return list.breaks + 1;
    },
    line(index) {
      const found = index < 0 || index > list.breaks ? undefined : list.atLine(index);
      if (!found) return '';
      const { lines, text } = found.part;
      const at = index - found.standing.line;
      return text.slice(lines.lineStart(at), lines.lineEnd(at));
    },
    slice: (start, end) => list.slice(start, end),
    offset: (position) => offsetAt(list, position),
    position: (offset) => positionAt(list, offset),
  };
}

function pathAt(nodes: PartNodes, offset: number): { path: Path; onKey: boolean } {
  const { list } = nodes.cut;
  const nothing = { path: [], onKey: false };
  const part = list.atOffset(offset)?.part;
  const { section } = part ?? {};
  if (!part || !section) return nothing;
  if (part.role === 'head') {
    const { start, end } = nodes.keySpan(section);
    if (start <= offset && offset <= end) return { path: [section.key], onKey: true };
    if (section.items > 0) return nothing;
  }
  const node = nodes.nodeOf(part);
  const lead: Path = part.role === 'item' ? [section.key, nodes.indexOf(part)] : [section.key];
  if (node && node.start <= offset && offset <= node.end) {
    const { path, onKey } = pathIn(node, offset);
    return { path: [...lead, ...path], onKey };
  }
  const whole = part.role === 'item' ? nodes.nodeAt([section.key]) : undefined;
  return whole && whole.start <= offset && offset <= whole.end ? { path: [section.key], onKey: false } : nothing;
}

/** Entities by their names, as the directory has them. */
class LiveNames implements EntityNames {
  constructor(
    private readonly nodes: PartNodes,
    private readonly judgement: Judgement,
    private readonly facts: SchemaFacts,
  ) {
    judgement.ready();
  }

  at(path: Path): Entity | undefined {
    const found = this.nodes.locate(path);
    if (!found) return undefined;
    let best: Entity | undefined;
    for (const entity of this.of(found.part)) {
      const isAround = entity.path.length <= path.length && entity.path.every((key, at) => key === path[at]);
      if (isAround && entity.path.length > (best?.path.length ?? -1)) best = entity;
    }
    return best;
  }

  find(kind: string, name: string): Entity[] {
    return this.among(this.judgement.directory.names.of(kind, name)).filter(
      (entity) => entity.kind === kind && namesOf(entity, this.facts).includes(name),
    );
  }

  names(kind: string): string[] {
    const names = new Set<string>();
    for (const { entries } of this.judgement.inOrder(this.judgement.directory.names.in(kind))) {
      const labels = entries?.labels ?? [];
      for (let at = 0; at < labels.length; at += 2) if (labels[at] === kind) names.add(labels[at + 1] as string);
    }
    return [...names];
  }

  referencesTo(kind: string, name: string): Path[] {
    return this.among(this.judgement.directory.references.of(kind, name)).flatMap((entity) =>
      referencesOf(entity, this.facts)
        .filter((reference) => reference.kind === kind && reference.name === name)
        .map(({ path }) => [...entity.path, ...path]),
    );
  }

  tags(): Map<string, number> {
    const tags = new Map<string, number>();
    for (const [tag, holders] of this.judgement.directory.tags) {
      let count = 0;
      for (const number of holders.values()) count += number;
      tags.set(tag, count);
    }
    return tags;
  }

  tagged(tag: string): Path[] {
    return this.among(this.judgement.directory.tags.get(tag)?.keys()).flatMap(({ path, value: { tags } }) =>
      (Array.isArray(tags) ? tags : []).flatMap((each, at) => (each === tag ? [[...path, 'tags', at]] : [])),
    );
  }

  *all(): Generator<Entity> {
    for (const part of this.judgement.inOrder(this.nodes.cut.list)) yield* this.of(part);
  }

  private among(parts: Iterable<Part> = []): Entity[] {
    return this.judgement.inOrder(new Set(parts)).flatMap((part) => this.of(part));
  }

  /** The entities of a part, at their place in the file as it is now. */
  private of(part: Part): Entity[] {
    const entities = this.judgement.entities(part);
    if (part.role !== 'item') return entities;
    const index = this.nodes.indexOf(part);
    const made = new Map<Entity, Entity>();
    return entities.map((entity) => {
      const { parent, path } = entity;
      const above = parent && made.get(parent.entity);
      const placed: Entity = {
        ...entity,
        path: [path[0] as string, index, ...path.slice(2)],
        ...(parent && above && { parent: { ...parent, entity: above } }),
      };
      made.set(entity, placed);
      return placed;
    });
  }
}
