import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Diagnostic, Range } from 'vscode-languageserver-protocol';
import { toLspDiagnostics } from '../../src/language/features/diagnostics.js';
import { validate } from '../../src/language/validate.js';
import { assumedGatewayVersion } from '../../src/schema/facts.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { nodeCrypto } from '../../src/schema/nodeCrypto.js';
import path from 'node:path';
import { root } from '../lib/places.js';
import type { LanguageClient, Published, TextEditOfKey } from './languageClient.js';
import { keysInName, keysInNumber, keysOfField, put, remove, structuralEdits, type BenchText } from './languageText.js';

/** Milliseconds. */
export interface Took {
  count: number;
  p50: number;
  p99: number;
}

export interface Measured {
  took: Record<string, Took>;
  /** MiB at most. */
  memory: number | undefined;
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
const middle = <T>(list: readonly T[]): T => list[list.length >> 1]!;

class Clock {
  private readonly all = new Map<string, number[]>();

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.note(name, performance.now() - started);
    return result;
  }

  note(name: string, milliseconds: number): void {
    this.all.set(name, [...(this.all.get(name) ?? []), milliseconds]);
  }

  get took(): Record<string, Took> {
    const ofMany = (times: readonly number[]): Took => {
      const sorted = [...times].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
      return { count: times.length, p50: at(0.5), p99: at(0.99) };
    };
    return Object.fromEntries([...this.all].map(([name, times]) => [name, ofMany(times)]));
  }
}

/** Everything that is asked of our own server. @throws Error when diagnostics are not those of the same text in one piece. */
export async function measureServer(
  start: () => Promise<LanguageClient>,
  text: BenchText,
  places: number,
): Promise<Measured> {
  const clock = new Clock();
  const client = await start();
  try {
    await pause(1500);
    await opened(client, clock, text);
    await holdToVerdict(client, text);
    await keys(client, clock, text, places);
    await structure(client, clock, text);
    await questions(client, clock, text);
    await typing(client, clock, text);
    await holdToVerdict(client, text);
    return { took: clock.took, memory: client.memory };
  } finally {
    client.stop();
  }
}

async function opened(client: LanguageClient, clock: Clock, { text }: BenchText): Promise<void> {
  await clock.time('open → diagnostics', () => answered(client, client.open(text)));
  await pause(500);
}

/** The diagnostics of what was just sent. */
async function answered(client: LanguageClient, sent: Promise<void>): Promise<Published> {
  const published = client.diagnostics();
  await sent;
  return published;
}

const changed = (client: LanguageClient, edit: TextEditOfKey): Promise<Published> =>
  answered(client, client.change(edit));

/** An edit, until the diagnostics of its version are there. */
async function key(client: LanguageClient, clock: Clock, name: string, edit: TextEditOfKey): Promise<void> {
  await clock.time(name, () => changed(client, edit));
}

async function keys(client: LanguageClient, clock: Clock, text: BenchText, places: number): Promise<void> {
  const kinds = { number: keysInNumber, name: keysInName, field: keysOfField, host: keysInName };
  for (let index = 0; index < places; index++) {
    for (const [kind, keysOf] of Object.entries(kinds) as [keyof typeof kinds, typeof keysInName][]) {
      const lines = text.places[kind];
      const line = lines[index % lines.length]!;
      for (const edit of keysOf(text, line)) {
        await key(client, clock, 'key → diagnostics', edit);
        await pause(10);
      }
    }
  }
}

async function structure(client: LanguageClient, clock: Clock, text: BenchText): Promise<void> {
  for (const { name, edit, undo } of structuralEdits(text)) {
    for (let round = 0; round < 5; round++) {
      await key(client, clock, name, edit);
      await pause(50);
      await key(client, clock, `${name}, undone`, undo);
      await pause(50);
    }
  }
}

const facts = schemaFolder(path.join(root, 'schemas')).facts(assumedGatewayVersion);

/** One wrong number in the middle: what comes for it has to be what the text in one piece gives. */
async function holdToVerdict(client: LanguageClient, text: BenchText): Promise<void> {
  const line = middle(text.places.number);
  const { diagnostics } = await changed(client, put(text, line, 0, 'x'));
  const broken = text.lines.with(line, `${text.lines[line]!}x`).join('\n');
  const verdict = validate({ text: broken, kind: 'auto', facts: await facts, crypto: nodeCrypto });
  const wanted = toLspDiagnostics(verdict.diagnostics);
  const isSame = JSON.stringify(sorted(diagnostics)) === JSON.stringify(sorted(wanted as Diagnostic[]));
  if (!isSame) throw new Error(`wrong: ${diagnostics.length} diagnostics, where the text has ${wanted.length}`);
  await changed(client, remove(text, line, 0, 1));
}

const sorted = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(({ range, message, code }) => JSON.stringify([range.start, range.end, message, code])).sort();

/** What is asked where the cursor is, and what of the file: each behind a key, as an editor asks. */
async function questions(client: LanguageClient, clock: Clock, text: BenchText): Promise<void> {
  const { places, lines } = text;
  const screen = (line: number): Range => ({
    start: { line: Math.max(0, line - 30), character: 0 },
    end: { line: Math.min(lines.length - 1, line + 30), character: 0 },
  });
  const ask = async (what: string, params?: object): Promise<void> => {
    const line = middle(places.number);
    await changed(client, put(text, line, 0, '0'));
    await pause(10);
    await clock.time(what, () => client.request(what, params));
    await changed(client, remove(text, line, 0, 1));
    await pause(10);
  };
  for (let index = 0; index < 20; index++) {
    const pick = (of: readonly number[]): number => of[Math.floor((index * of.length) / 20)]!;
    const name = { line: pick(places.name), character: 10 };
    const host = { line: pick(places.host), character: 10 };
    await ask('hover', { position: { line: pick(places.field), character: 4 } });
    await ask('definition', { position: host });
    await ask('documentHighlight', { position: host });
    await ask('references', { position: host, context: { includeDeclaration: true } });
    await ask('prepareRename', { position: name });
    await ask('rename', { position: host, newName: 'another.internal' });
    await ask('semanticTokens/range', { range: screen(name.line) });
    await ask('inlayHint', { range: screen(name.line) });
    await ask('codeAction', { range: screen(name.line), context: { diagnostics: [] } });
    await completion(client, clock, text, pick(places.field));
  }
  for (let round = 0; round < 5; round++) {
    for (const what of ['documentSymbol', 'foldingRange', 'documentLink', 'codeLens', 'semanticTokens/full'])
      await ask(what);
  }
}

/** Asked together with the key, as on each letter of a word. */
async function completion(client: LanguageClient, clock: Clock, text: BenchText, line: number): Promise<void> {
  const published = changed(client, put(text, line, 0, '\n  wri'));
  const position = { line: line + 1, character: 5 };
  await clock.time('completion, just typed', () => client.request('completion', { position }));
  await published;
  await clock.time('completion', () => client.request('completion', { position }));
  const { start } = put(text, line, 0, '').range;
  await changed(client, { range: { start, end: position }, text: '' });
}

/** Each key takes back what was asked behind the one before, as editors do; every fourth is waited for. */
async function typing(client: LanguageClient, clock: Clock, text: BenchText): Promise<void> {
  const line = middle(text.places.field);
  const screen = { start: { line: line - 30, character: 0 }, end: { line: line + 30, character: 0 } };
  let asked: Promise<unknown> = Promise.resolve();
  let until = new CancellationTokenSource();
  for (const [index, edit] of Array.from({ length: 4 }, () => keysOfField(text, line))
    .flat()
    .entries()) {
    until.cancel();
    await key(client, clock, 'key → diagnostics, all else asked before', edit);
    until = new CancellationTokenSource();
    const ask = (what: string, params?: object): Promise<unknown> =>
      client.request(what, params, until.token).catch(() => undefined);
    asked = Promise.all([
      ...['documentSymbol', 'foldingRange', 'documentLink', 'codeLens', 'semanticTokens/full'].map((what) => ask(what)),
      ...['semanticTokens/range', 'inlayHint'].map((what) => ask(what, { range: screen })),
      ask('codeAction', { range: edit.range, context: { diagnostics: [] } }),
      ask('documentHighlight', { position: edit.range.start }),
    ]);
    if (index % 4 === 0) await clock.time('all else, asked together', () => asked);
    else await pause(30);
  }
  await asked;
}

/** The same of another server, as far as it has it and in fewer rounds. */
export async function measurePeer(start: () => Promise<LanguageClient>, text: BenchText): Promise<Measured> {
  const clock = new Clock();
  const client = await start();
  try {
    await pause(1500);
    await opened(client, clock, text);
    for (let index = 0; index < 5; index++) {
      const lines = text.places.number;
      for (const edit of keysInNumber(text, lines[Math.floor((index * lines.length) / 5)]!)) {
        await key(client, clock, 'key → diagnostics', edit);
        await pause(100);
      }
    }
    const line = middle(text.places.field);
    for (let index = 0; index < 5; index++) {
      await clock.time('hover', () => client.request('hover', { position: { line, character: 4 } }));
      await clock.time('documentSymbol', () => client.request('documentSymbol'));
      await clock.time('foldingRange', () => client.request('foldingRange'));
      await completion(client, clock, text, line);
    }
    return { took: clock.took, memory: client.memory };
  } finally {
    client.stop();
  }
}
