import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';
import { pathAt, rangeOf, type KongDocument } from './document.js';
import { namesOf, referencesOf } from './entityReferences.js';
import type { FileKind } from './fileKind.js';
import { buildModel, type Entity, type Model } from './model.js';
import type { EntityNames, OpenDocument, Part, TextView } from './openDocument.js';
import { valueAtPath } from './values.js';

/** A text that was read as a whole: right for whatever it holds, and as slow as it is long. */
export function wholeDocument(
  document: KongDocument,
  of: { uri: string; version: number; kind: FileKind; facts: SchemaFacts },
): OpenDocument {
  let names: EntityNames | undefined;
  return {
    ...of,
    text: textView(document),
    isWhole: document.problems.length === 0,
    get topKeys() {
      return isObject(document.value) ? Object.keys(document.value) : [];
    },
    partAt: (line) => partAt(textView(document), line),
    pieces: undefined,
    valueAt: (path) => (document.value === undefined ? undefined : valueAtPath(document.value, path)),
    nodeAt: (path) => document.nodeAt(path),
    rangeOf: (path, aspect) => rangeOf(document, path, aspect),
    pathAt: (position) => pathAt(document, document.lines.offset(position)),
    get entities() {
      return (names ??= new WholeNames(document, of));
    },
  };
}

function textView({ text, lines }: KongDocument): TextView {
  return {
    length: text.length,
    get lineCount() {
      return lines.lineCount;
    },
    line: (index) => (index < lines.lineCount ? text.slice(lines.lineStart(index), lines.lineEnd(index)) : ''),
    slice: (start, end) => text.slice(start, end),
    offset: (position) => lines.offset(position),
    position: (offset) => lines.position(offset),
  };
}

const topKey = /^(["']?)([^\s"'#:{}[\],&*!|>%@`-][^"':]*?)\1\s*:(?:\s|$)/;
const topItem = /^( *)-(?:\s|$)/;

/** Looks up to the key of the top, and down to where the next part starts. */
function partAt(text: TextView, line: number): Part {
  let startLine = Math.min(line, text.lineCount - 1);
  let endLine = startLine + 1;
  let column: number | undefined;
  while (startLine > 0 && !topKey.test(text.line(startLine))) startLine--;
  const key = topKey.exec(text.line(startLine))?.[2];
  const keyLine = startLine;
  let index: number | undefined;
  let at = keyLine + 1;
  while (at < text.lineCount && /^\s*(?:#|$)/.test(text.line(at))) at++;
  // Lists further down are no list of the top.
  const isList = topItem.test(text.line(at));
  for (; isList && at <= line; at++) {
    const item = topItem.exec(text.line(at))?.[1]?.length;
    if (item === undefined || item > (column ??= item)) continue;
    index = (index ?? -1) + 1;
    startLine = at;
  }
  for (; endLine < text.lineCount; endLine++) {
    const next = text.line(endLine);
    if (topKey.test(next) || (isList && topItem.exec(next)?.[1]?.length === (column ?? -1))) break;
  }
  return { key, index, startLine, endLine };
}

class WholeNames implements EntityNames {
  private readonly model: Model;

  constructor(
    { value }: KongDocument,
    private readonly of: { kind: FileKind; facts: SchemaFacts },
  ) {
    const content: JsonObject = isObject(value) ? value : {};
    this.model = buildModel(content, of.kind, of.facts);
  }

  at(path: Path): Entity | undefined {
    let best: Entity | undefined;
    for (const entity of this.model.entities) {
      const isAround = entity.path.length <= path.length && entity.path.every((key, at) => key === path[at]);
      if (isAround && entity.path.length > (best?.path.length ?? -1)) best = entity;
    }
    return best;
  }

  find(kind: string, name: string): Entity[] {
    return this.model.entities.filter(
      (entity) => entity.kind === kind && namesOf(entity, this.of.facts).includes(name),
    );
  }

  names(kind: string): string[] {
    const names = new Set<string>();
    for (const entity of this.model.entities) {
      const [name] = entity.kind === kind ? namesOf(entity, this.of.facts) : [];
      if (name !== undefined) names.add(name);
    }
    return [...names];
  }

  referencesTo(kind: string, name: string): Path[] {
    return this.model.entities.flatMap((entity) =>
      referencesOf(entity, this.of.facts)
        .filter((reference) => reference.kind === kind && reference.name === name)
        .map(({ path }) => [...entity.path, ...path]),
    );
  }

  tags(): Map<string, number> {
    const tags = new Map<string, number>();
    for (const { value } of this.model.entities) {
      for (const tag of tagsOf(value)) if (typeof tag === 'string') tags.set(tag, (tags.get(tag) ?? 0) + 1);
    }
    return tags;
  }

  tagged(tag: string): Path[] {
    return this.model.entities.flatMap(({ path, value }) =>
      tagsOf(value).flatMap((each, at) => (each === tag ? [[...path, 'tags', at]] : [])),
    );
  }

  all(): Iterable<Entity> {
    return this.model.entities;
  }
}

const tagsOf = ({ tags }: JsonObject): Json[] => (Array.isArray(tags) ? tags : []);
