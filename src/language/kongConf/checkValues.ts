import type { Severity } from '../diagnostic.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import { isVaultReference } from '../templates.js';
import type { Span } from '../tree.js';
import type { ConfProperty } from './confFile.js';
import { openNames, propertyOf, type PropertyFacts } from './facts.js';
import type { ConfFinding, ConfInput } from './finding.js';
import { listenFault } from './listen.js';

/** What there is to say of each value by itself. */
export function* checkValues(input: ConfInput): Generator<ConfFinding> {
  const last = new Map(input.file.properties.map((property) => [property.name, property]));
  for (const property of input.file.properties) {
    if (property.lost || last.get(property.name) !== property) continue;
    const facts = propertyOf(input.facts, property.name);
    yield* ofText(property);
    if (property.text === '' || isVaultReference(property.text) || !facts) continue;
    yield* ofFacts(property, facts, input);
  }
}

function* ofText({ name, text, cut, value, end }: ConfProperty): Generator<ConfFinding> {
  if (cut !== undefined) {
    const message = 'A comment begins here: where the `#` is part of the value, write `\\#`.';
    yield { severity: 'warning', code: 'cut-value', message, at: { start: cut, end } };
  }
  const isOpen = openNames.some(({ pattern }) => pattern.test(name));
  if (!isOpen && text.length > 1 && /^(["']).*\1$/.test(text)) {
    const message = 'Kong takes the quotes for part of the value: leave them out.';
    yield { severity: 'warning', code: 'quoted-value', message, at: value, suggestions: [text.slice(1, -1)] };
  }
}

function* ofFacts(property: ConfProperty, facts: PropertyFacts, input: ConfInput): Generator<ConfFinding> {
  if (facts.secret) {
    const message = `\`${property.name}\` stands here in clear. Kong can read it from a vault: \`{vault://env/my-secret}\`, for one, is the gateway's environment variable MY_SECRET.`;
    yield { severity: 'information', code: 'plaintext-secret', message, at: property.value };
  }
  if (facts.open) return;
  for (const { severity = 'error', message, at, suggestions } of faultsOf(property, facts, input)) {
    yield { severity, code: 'wrong-value', message, at: at ?? property.value, ...(suggestions && { suggestions }) };
  }
}

/** `error` when no severity is given: Kong refuses to start. */
interface Fault {
  severity?: Severity;
  message: string;
  /** The value when absent. */
  at?: Span;
  suggestions?: string[];
}

function* faultsOf(property: ConfProperty, facts: PropertyFacts, input: ConfInput): Generator<Fault> {
  const { name, text } = property;
  if (facts.type === 'boolean') yield* booleanFault(text);
  else if (facts.type === 'number') yield* numberFaults(name, text, facts);
  else if (facts.type === 'size') yield* sizeFault(text);
  else if (facts.type === 'listen') yield* listenFaults(property, input);
  else if (facts.type === 'list') yield* itemFaults(property, facts, input);
  else if (facts.values) yield* enumFault(text, facts.values);
}

function* booleanFault(text: string): Generator<Fault> {
  if (['on', 'off', 'true', 'false'].includes(text)) return;
  const meant = /^(yes|1|enabled?|on|true)$/i.test(text) ? 'on' : 'off';
  const message = `Kong takes \`${text}\` for \`off\`: only \`on\` and \`true\` switch it on.`;
  yield { severity: 'warning', message, suggestions: [meant] };
}

function* numberFaults(name: string, text: string, { min, max, whole }: PropertyFacts): Generator<Fault> {
  // As Lua reads a number.
  if (!/^[-+]?(0[xX][\da-fA-F]+|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)$/.test(text)) {
    yield { message: `\`${name}\` takes a number: Kong would go on without any value.` };
    return;
  }
  const value = Number(text);
  const isOutside = (min !== undefined && value < min) || (max !== undefined && value > max);
  if (!isOutside && !(whole && !Number.isInteger(value))) return;
  const range =
    max === undefined ? `of at least ${min ?? 0}` : min === undefined ? `of at most ${max}` : `from ${min} to ${max}`;
  yield { message: `\`${name}\` takes a ${whole ? 'whole ' : ''}number ${range}.` };
}

function* sizeFault(text: string): Generator<Fault> {
  if (/^\d+[kmg]?$/i.test(text)) return;
  yield { message: 'It must be a size: a whole number and `k`, `m` or `g`, such as `128m`.' };
}

function* enumFault(text: string, values: readonly string[]): Generator<Fault> {
  if (values.includes(text)) return;
  const suggestions = suggest(text, values);
  const message = `It must be one of ${values.map((value) => `\`${value}\``).join(', ')}.${didYouMean(suggestions)}`;
  yield { message, suggestions };
}

function* listenFaults(property: ConfProperty, { file }: ConfInput): Generator<Fault> {
  const items = itemsOf(property, file.text);
  if (items[0]?.text === 'off') return;
  const isStream = property.name === 'stream_listen';
  for (const { text, at } of items) {
    const message = listenFault(text, isStream);
    if (message !== undefined) yield { message, at };
  }
}

function* itemFaults(property: ConfProperty, { values }: PropertyFacts, { file }: ConfInput): Generator<Fault> {
  const known = values && new Map(values.map((value) => [value.toLowerCase(), value]));
  for (const { text, at } of itemsOf(property, file.text)) {
    if (property.name === 'port_maps' && !isPortMap(text)) {
      yield { message: `\`${text}\` is no port mapping: write \`80:8000\`.`, at };
    }
    if (property.name === 'trusted_ips' && !isAddress(text)) {
      yield { message: `\`${text}\` is neither an address, nor a block such as \`10.0.0.0/8\`, nor \`unix:\`.`, at };
    }
    if (!known || known.has(text.toLowerCase())) continue;
    const suggestions = suggest(text, known.values());
    const all = [...known.values()].map((value) => `\`${value}\``).join(', ');
    yield { message: `\`${text}\` is none of ${all}.${didYouMean(suggestions)}`, at, suggestions };
  }
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

function isPortMap(text: string): boolean {
  const [from = '', to = '', ...more] = text.split(':');
  return more.length === 0 && isPort(from) && isPort(to);
}

/** IPv4 and IPv6, with or without the length of a block. */
function isAddress(text: string): boolean {
  if (text === 'unix:') return true;
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) {
    return address.split('.').every((part) => Number(part) <= 255) && Number(length ?? 0) <= 32;
  }
  return /^[\da-f:]*:[\da-f:.]*$/i.test(address) && Number(length ?? 0) <= 128;
}

/** The items of a list, where they stand; of one that goes over several lines all at the value. */
export function itemsOf({ text, value }: ConfProperty, file: string): { text: string; at: Span }[] {
  const written = file.slice(value.start, value.end);
  const isPlain = written === text;
  let from = 0;
  return text
    .split(',')
    .map((item) => {
      const start = value.start + from + (/^\s*/.exec(item)?.[0].length ?? 0);
      from += item.length + 1;
      return { text: item.trim(), at: isPlain ? { start, end: start + item.trim().length } : value };
    })
    .filter((item) => item.text !== '');
}
