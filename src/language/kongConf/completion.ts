import { CompletionItemKind, CompletionItemTag } from 'vscode-languageserver-types';
import type { CompletionItem, CompletionList } from 'vscode-languageserver-types';
import type { Position, Range } from '../diagnostic.js';
import { defaultIn, isIn, nginxPlaces, propertyOf } from './facts.js';
import type { PropertyFacts } from './facts.js';
import type { ConfInput } from './finding.js';
import { describe, typeName } from './hover.js';
import { listenWords } from './listen.js';

/** Names where a name is typed, values where a value is. */
export function confCompletion(input: ConfInput, position: Position): CompletionList {
  const { file } = input;
  const before = file.text.slice(file.lines.lineStart(position.line), file.lines.offset(position));
  if (/^\s*[#;]/.test(before)) return { isIncomplete: false, items: [] };
  const equals = before.indexOf('=');
  if (equals < 0) return { isIncomplete: false, items: nameItems(input, position, before.trimStart()) };
  const name = before
    .slice(0, equals)
    .trim()
    .replace(/[^A-Za-z0-9]/g, '_');
  const typed = /[^\s,]*$/.exec(before.slice(equals + 1))?.[0] ?? '';
  const items = valueItems(input, name, before.slice(equals + 1), rangeBefore(position, typed.length));
  return { isIncomplete: false, items };
}

const rangeBefore = ({ line, character }: Position, length: number): Range => ({
  start: { line, character: character - length },
  end: { line, character },
});

function nameItems(input: ConfInput, position: Position, typed: string): CompletionItem[] {
  const { file, facts, version } = input;
  const range = rangeBefore(position, typed.length);
  const rest = file.text.slice(file.lines.offset(position), file.lines.lineEnd(position.line));
  const behind = /^\s*=/.test(rest) ? '' : ' = ';
  const present = new Set(file.properties.map(({ name }) => name));
  const names = Object.entries(facts.properties).filter(
    ([name, property]) => !property.undocumented && !present.has(name) && isIn(facts, property, version),
  );
  const items = names.map(([name, property]): CompletionItem => {
    const kongs = defaultIn(property, version);
    return {
      label: name,
      kind: CompletionItemKind.Property,
      detail: kongs === undefined ? typeName(property) : `${typeName(property)}, ${kongs} when absent`,
      documentation: { kind: 'markdown', value: describe(input, name) ?? '' },
      textEdit: { range, newText: name + behind },
      ...(property.replacedBy !== undefined && { tags: [CompletionItemTag.Deprecated] }),
    };
  });
  const blocks = Object.entries(nginxPlaces).map(([block, place]): CompletionItem => {
    const label = `nginx_${block}_`;
    const documentation = `The name of a directive of nginx follows; Kong writes it into ${place}.`;
    return { label, kind: CompletionItemKind.Module, documentation, textEdit: { range, newText: label } };
  });
  return [...items, ...blocks];
}

function valueItems(input: ConfInput, name: string, written: string, range: Range): CompletionItem[] {
  const property = propertyOf(input.facts, name) ?? {};
  const given = new Set(written.split(',').map((item) => item.trim()));
  const kongs = defaultIn(property, input.version);
  const offered = valuesOf(property, written).filter((value) => property.type !== 'list' || !given.has(value));
  const items = offered.map((value): CompletionItem => {
    const isDefault = value === kongs;
    return {
      label: value,
      kind: CompletionItemKind.EnumMember,
      ...(isDefault && { detail: 'default' }),
      textEdit: { range, newText: value },
    };
  });
  const isEmpty = written.trim() === '';
  if (isEmpty && kongs !== undefined && !offered.includes(kongs) && !kongs.startsWith('<')) {
    const textEdit = { range, newText: kongs };
    items.push({ label: kongs, kind: CompletionItemKind.Value, detail: 'default', textEdit });
  }
  if (property.secret) {
    const label = '{vault://env/}';
    items.unshift({ label, kind: CompletionItemKind.Reference, textEdit: { range, newText: label } });
  }
  return items;
}

function valuesOf({ type, values }: PropertyFacts, written: string): readonly string[] {
  if (type === 'boolean') return ['on', 'off'];
  if (type === 'listen') return /\S+\s+[^,]*$/.test(written.trimStart()) ? listenWords : ['off'];
  return values ?? [];
}
