import { CompletionItemKind } from 'vscode-languageserver-types';
import { isObject } from '../../core/json.js';
import { isSecretField } from '../../core/secretFields.js';
import type { FieldFacts, SchemaFacts } from '../../schema/facts.js';
import { majorOf } from '../../schema/major.js';
import { nameFieldOf, referredKind } from '../entityReferences.js';
import { typeOf } from '../fieldDescription.js';
import { singular } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { entitySample, pluginSample } from '../sampleValues.js';
import { fieldAt } from '../schemaFields.js';
import { otherKinds, sharedConfigs } from '../symbolAt.js';
import { scalarText, snippetLines, snippetText, yamlLines } from '../yamlText.js';
import type { CompletionPlace, Proposal } from './completionPlace.js';

/** Values for a key, the likeliest first. */
export function* valueProposals(place: CompletionPlace, key: string, document: OpenDocument): Generator<Proposal> {
  const { kind, value, field } = place;
  const { facts } = document;
  if (kind === undefined) {
    yield* headerValues(place, key, document);
    return;
  }
  if (kind === 'plugins' && key === 'name' && field.length === 0) {
    yield* plugins(place, facts);
    return;
  }
  if (kind === 'vaults' && key === 'name') yield* vaultTypes.map((name) => valueProposal(name, place.style));
  yield* references(place, key, document);
  const known = fieldAt(facts, { kind, value }, [...field, key]);
  if (!known) return;
  yield* allowedValues(known, place);
  if (known.type === 'string') yield* templates(place, key, known, document);
}

/** Where Kong looks secrets up; all but the first are of Enterprise. */
const vaultTypes = ['env', 'aws', 'azure', 'conjur', 'gcp', 'hcv'];

/** Items of a list: values, or what a new entity starts with. */
export function* itemProposals(place: CompletionPlace, document: OpenDocument, typed: string): Generator<Proposal> {
  const { kind, value, field } = place;
  if (kind === undefined) {
    const [top, list] = field;
    if (top === '_info' && list === 'select_tags') yield* tags(place, document, typed);
    return;
  }
  if (field.length === 0) {
    yield* newEntities(kind, place, document);
    return;
  }
  if (field.length === 2 && field[0] === 'tags') {
    yield* tags(place, document, typed);
    return;
  }
  yield* listedReferences(place, document);
  const element = fieldAt(document.facts, { kind, value }, field);
  if (!element || element.type === 'record') return;
  yield* allowedValues(element, place);
  const name = field.findLast((key) => typeof key === 'string') ?? '';
  if (element.type === 'string') yield* templates(place, String(name), element, document);
}

function* headerValues({ field, style }: CompletionPlace, key: string, { facts }: OpenDocument): Generator<Proposal> {
  if (field.length === 0 && key === '_format_version') {
    const formats = majorOf(facts.version) < 3 ? ['1.1', '2.1'] : ['3.0', '2.1', '1.1'];
    for (const format of formats) yield { label: `"${format}"`, kind: CompletionItemKind.EnumMember };
  }
  if (field.length === 0 && key === '_transform') yield* booleans(style);
}

const booleans = (style: CompletionPlace['style']): Proposal[] =>
  [true, false].map((value) => valueProposal(String(value), style, true));

function valueProposal(value: string, style: CompletionPlace['style'], isBare = false): Proposal {
  const insert = isBare ? value : textOf(value, style);
  return { label: value, kind: CompletionItemKind.EnumMember, ...(insert !== value && { insert }) };
}

const textOf = (value: string, style: CompletionPlace['style']): string =>
  style === 'json' ? JSON.stringify(value) : scalarText(value);

/** What is usual where Kong's schema says only what letters there are: methods of HTTP. */
const wellKnown: Readonly<Record<string, readonly string[]>> = {
  '^%u+$': ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'],
};

function* allowedValues(field: FieldFacts, { style }: CompletionPlace): Generator<Proposal> {
  if (field.type === 'boolean') yield* booleans(style);
  for (const value of field.one_of ?? wellKnown[field.match ?? ''] ?? []) {
    if (typeof value !== 'object') yield valueProposal(String(value), style, typeof value !== 'string');
  }
}

/** Names of plugins; one that needs a configuration brings it along, unless one stands there. */
function* plugins({ value, present, style }: CompletionPlace, facts: SchemaFacts): Generator<Proposal> {
  const isNew = style === 'block' && !present.has('config') && value['_config'] === undefined;
  for (const name of Object.keys(facts.plugins)) {
    const plain: Proposal = { ...valueProposal(name, style), kind: CompletionItemKind.Event };
    const sample = isNew ? pluginSample(facts, name) : {};
    if (Object.keys(sample).length === 0) {
      yield plain;
      continue;
    }
    const lines = snippetLines(sample).map((line) => `\n  ${line}`);
    yield { ...plain, detail: `with ${Object.keys(sample).join(', ')}`, snippet: `${name}\nconfig:${lines.join('')}` };
  }
}

function* newEntities(kind: string, { style }: CompletionPlace, document: OpenDocument): Generator<Proposal> {
  if (style !== 'block') return;
  const sample = entitySample(kind, document.kind);
  if (sample && kind !== 'plugins') {
    yield {
      label: `new ${singular(kind)}`,
      kind: CompletionItemKind.Snippet,
      detail: Object.keys(sample).join(', '),
      insert: yamlLines(sample).join('\n'),
      snippet: snippetLines(sample).join('\n'),
      snippetOnly: true,
    };
  }
  if (kind !== 'plugins') return;
  for (const name of Object.keys(document.facts.plugins)) {
    const config = pluginSample(document.facts, name);
    const lines = Object.keys(config).length ? snippetLines(config).map((line) => `\n  ${line}`) : [];
    const snippet = `name: ${name}${lines.length ? '\nconfig:' : ''}${lines.join('')}`;
    yield { label: `plugin ${name}`, kind: CompletionItemKind.Snippet, snippet, snippetOnly: true };
  }
}

/** Where decK writes a reference as a map of its own. */
const asMap: Readonly<Record<string, readonly string[]>> = {
  keys: ['set'],
  routes: ['service'],
  upstreams: ['client_certificate'],
};

/** Whether decK writes a reference as a map, and not as text. */
export const isMapReference = (kind: string, field: string): boolean => asMap[kind]?.includes(field) === true;

/** Entities of the file that a field may name: as text, or by a key of the map that the reference is. */
function* references(place: CompletionPlace, key: string, document: OpenDocument): Generator<Proposal> {
  const { kind = '', field, style } = place;
  const [of, index] = field;
  if (of === undefined) {
    const to = referredKind(kind, key, false, document.facts);
    const isMap = document.kind === 'deck' && isMapReference(kind, key);
    if (to !== undefined) yield* named(to, document, (name) => (isMap ? mapOf(name, style) : textOf(name, style)));
  } else if (index === undefined || (typeof index === 'number' && field.length === 2)) {
    const to = referredKind(kind, String(of), index !== undefined, document.facts);
    if (to === undefined) return;
    const isName = key === 'name' || key === nameFieldOf(document.facts, to);
    if (isName) yield* named(to, document, (name) => textOf(name, style));
    else if (key === 'id') yield* ids(to, document, style);
  }
}

/** Items that name an entity, where a map of one key stands for each: groups of a consumer. */
function* listedReferences(place: CompletionPlace, document: OpenDocument): Generator<Proposal> {
  const { kind = '', field, style } = place;
  const to = field.length === 2 ? referredKind(kind, String(field[0]), true, document.facts) : undefined;
  if (to === undefined || document.kind !== 'deck') return;
  const key = nameFieldOf(document.facts, to);
  yield* named(to, document, (name) =>
    style === 'json'
      ? `{"${key}": ${JSON.stringify(name)}}`
      : style === 'flow'
        ? `{${key}: ${scalarText(name)}}`
        : `${key}: ${scalarText(name)}`,
  );
}

const mapOf = (name: string, style: CompletionPlace['style']): string =>
  style === 'json' ? `{"name": ${JSON.stringify(name)}}` : `{ name: ${scalarText(name)} }`;

function* named(to: string, document: OpenDocument, write: (name: string) => string): Generator<Proposal> {
  for (const name of namesOf(to, document)) {
    const insert = write(name);
    const detail = to === sharedConfigs ? 'shared configuration' : singular(to);
    yield { label: name, kind: CompletionItemKind.Reference, detail, ...(insert !== name && { insert }) };
  }
}

function* namesOf(kind: string, document: OpenDocument): Generator<string> {
  if (kind === sharedConfigs) {
    const node = document.topKeys.includes(sharedConfigs) ? document.nodeAt([sharedConfigs]) : undefined;
    if (node?.type === 'map') yield* node.entries.keys();
    return;
  }
  if (!otherKinds.includes(kind)) {
    yield* document.entities.names(kind);
    return;
  }
  if (!document.topKeys.includes(kind)) return;
  for (let index = 0; index < mostOthers; index++) {
    const value = document.valueAt([kind, index]);
    if (value === undefined) return;
    if (isObject(value) && typeof value['name'] === 'string') yield value['name'];
  }
}

/** Of kinds whose names are not kept: there are few of those. */
const mostOthers = 200;

function* ids(kind: string, document: OpenDocument, style: CompletionPlace['style']): Generator<Proposal> {
  for (const name of namesOf(kind, document)) {
    const id = document.entities.find(kind, name)[0]?.value['id'];
    if (typeof id !== 'string') continue;
    yield {
      label: id,
      kind: CompletionItemKind.Reference,
      detail: name,
      filter: `${id} ${name}`,
      insert: textOf(id, style),
    };
  }
}

function* tags({ style }: CompletionPlace, { entities }: OpenDocument, typed: string): Generator<Proposal> {
  const all = [...entities.tags()].filter(([tag]) => typeof tag === 'string').sort(([, a], [, b]) => b - a);
  for (const [tag, count] of all) {
    // What is being typed is a tag of the file by now.
    if (tag === typed && count === 1) continue;
    const insert = textOf(tag, style);
    yield { label: tag, kind: CompletionItemKind.Constant, detail: `${count} ×`, ...(insert !== tag && { insert }) };
  }
}

/** What Kong takes from a vault, and decK from the environment. */
function* templates(
  { kind = '', value, field, style }: CompletionPlace,
  key: string,
  facts: FieldFacts,
  document: OpenDocument,
): Generator<Proposal> {
  if (facts.one_of || facts.uuid || key === 'name' || key === nameFieldOf(document.facts, kind)) return;
  const words = [kind === 'plugins' ? (value['name'] ?? '') : '', ...field, key].filter(
    (word, index, all) => typeof word === 'string' && word !== '' && word !== 'config' && all.indexOf(word) === index,
  );
  const name = words.join('-').replace(/[^A-Za-z0-9]+/g, '-');
  const isSecret = isSecretField(kind, key);
  if (facts.referenceable && document.facts.entities['vaults']) {
    for (const prefix of new Set(['env', ...document.entities.names('vaults')])) {
      yield vaultProposal(prefix, name.toLowerCase(), style);
    }
  }
  if (document.kind !== 'deck' || style === 'json') return;
  const variable = `DECK_${name.toUpperCase().replaceAll('-', '_')}`;
  yield {
    label: `\${{ env "${variable}" }}`,
    kind: CompletionItemKind.Variable,
    detail: `${typeOf(facts)} that decK takes from the environment${isSecret ? ', so that no secret stands here' : ''}`,
    insert: `'\${{ env "${variable}" }}'`,
    snippet: `'\\\${{ env "\${1:${variable}}" \\}\\}'`,
  };
}

function vaultProposal(prefix: string, name: string, style: CompletionPlace['style']): Proposal {
  const reference = `{vault://${prefix}/${name}}`;
  return {
    label: reference,
    kind: CompletionItemKind.Variable,
    detail: prefix === 'env' ? 'an environment variable of the gateway' : `from the vault ${prefix}`,
    insert: JSON.stringify(reference),
    ...(style !== 'json' && { snippet: `"{vault://${snippetText(prefix)}/\${1:${name}}\\}"` }),
  };
}
