/** What the text of a dump says, read to its end. */
export interface SqlFacts {
  /** Rows by table, as named in the text: `public.services`. */
  rows: Map<string, number>;
  /** Owners, grantees: every role that the text names. */
  owners: Set<string>;
  grantees: Set<string>;
  /** Commands to psql, which may run programs: what dumps of `pg_dump` have of their own is not among them. */
  psqlCommands: string[];
  /** Keeps psql from running commands, which only a patched psql understands. */
  restricted: boolean;
  /** False when it ends in the middle of rows or of a text. */
  ended: boolean;
  /** Whether `pg_dump` wrote its last line. */
  finished: boolean;
}

export interface SqlScan {
  push(bytes: Uint8Array): void;
  end(): SqlFacts;
}

const newline = 10;
const backslash = 92;
const copyStart = /^COPY (.+?)(?: \(.*\))? FROM stdin;$/;
const namesAtEnd = /(?: TO | FROM | OWNER TO )([^;]+);$/;

/**
 * Reads SQL as psql does, as far as it takes to tell rows, statements and commands to psql apart: a backslash counts only
 * outside of quotes, comments and rows. Rows are counted, not kept, so that a dump may have any size.
 */
export function scanSql(): SqlScan {
  const facts: SqlFacts = {
    rows: new Map(),
    owners: new Set(),
    grantees: new Set(),
    psqlCommands: [],
    restricted: false,
    ended: true,
    finished: false,
  };
  const lexer = new Lexer();
  let table: string | undefined;
  let pieces: Uint8Array[] = [];
  let length = 0;

  const line = (bytes: Uint8Array): void => {
    if (table !== undefined) {
      if (isEndOfRows(bytes)) table = undefined;
      else facts.rows.set(table, (facts.rows.get(table) ?? 0) + 1);
      return;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').replace(/\r$/, '');
    if (!lexer.atRest) return void lexer.read(text, facts);
    const [, copied] = copyStart.exec(text) ?? [];
    if (copied !== undefined) {
      table = copied;
      facts.rows.set(copied, facts.rows.get(copied) ?? 0);
      return;
    }
    noteRoles(text, facts);
    lexer.read(text, facts);
  };

  return {
    push(bytes) {
      let from = 0;
      for (;;) {
        const at = bytes.indexOf(newline, from);
        if (at < 0) break;
        const rest = bytes.subarray(from, at);
        from = at + 1;
        // Most rows lie whole in the bytes at hand, and are too long to be the end.
        if (table !== undefined && length === 0 && rest.length > 3) {
          facts.rows.set(table, (facts.rows.get(table) ?? 0) + 1);
          continue;
        }
        line(length === 0 ? rest : Buffer.concat([...pieces, rest]));
        pieces = [];
        length = 0;
      }
      if (from >= bytes.length) return;
      pieces.push(bytes.slice(from));
      length += bytes.length - from;
    },
    end() {
      if (length > 0) line(Buffer.concat(pieces));
      facts.ended = table === undefined && lexer.atRest;
      return facts;
    },
  };
}

/** `\.` alone on its line. */
const isEndOfRows = (line: Uint8Array): boolean =>
  line[0] === backslash && line[1] === 46 && (line.length === 2 || (line.length === 3 && line[2] === 13));

function noteRoles(text: string, facts: SqlFacts): void {
  if (text === '-- PostgreSQL database dump complete') facts.finished = true;
  const isGrant = /^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) /.test(text);
  if (!isGrant && !/^ALTER .* OWNER TO /.test(text)) return;
  const [, names = ''] = namesAtEnd.exec(text.replace(/ WITH GRANT OPTION;$/, ';')) ?? [];
  const [, byDefault] = /^ALTER DEFAULT PRIVILEGES FOR ROLE ("(?:[^"]|"")*"|\S+) /.exec(text) ?? [];
  const into = isGrant ? facts.grantees : facts.owners;
  for (const name of [...names.split(', '), ...(byDefault === undefined ? [] : [byDefault])]) {
    if (name !== '' && name !== 'PUBLIC') into.add(unquoted(name));
  }
}

const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

/** `public.services`, `"My Schema"."t"` as schema and table. */
export function splitName(name: string): [schema: string, table: string] {
  const [schema = '', table = ''] = name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
  return [unquoted(schema), unquoted(table)];
}

/** Inside of what the text is, at a place. */
type Inside = 'statement' | 'single' | 'escaped' | 'double' | 'dollar' | 'comment';

const dollarTag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/;
const wordCharacter = /[\w$\u0080-\uffff]/;

class Lexer {
  private inside: Inside = 'statement';
  private tag = '';
  private depth = 0;
  /** After an escape string: one that follows on a line of its own is its continuation. */
  private continues = false;
  private plainBackslash = true;

  /** Whether the next line starts outside of quotes and comments. */
  get atRest(): boolean {
    return this.inside === 'statement';
  }

  read(text: string, facts: SqlFacts): void {
    if (this.atRest && /^SET standard_conforming_strings = /i.test(text)) this.plainBackslash = /= on;$/i.test(text);
    let at = 0;
    while (at < text.length) {
      const next = this.step(text, at);
      if (next === undefined) return void this.command(text.slice(at), at, facts);
      at = next;
    }
  }

  /** @returns where to go on; undefined at a command to psql. */
  private step(text: string, at: number): number | undefined {
    switch (this.inside) {
      case 'statement':
        return this.stepStatement(text, at);
      case 'single':
        return this.stepQuoted(text, at, "'", !this.plainBackslash);
      case 'escaped':
        return this.stepQuoted(text, at, "'", true);
      case 'double':
        return this.stepQuoted(text, at, '"', false);
      case 'dollar':
        return this.stepDollar(text, at);
      case 'comment':
        return this.stepComment(text, at);
    }
  }

  private stepStatement(text: string, at: number): number | undefined {
    const character = text[at] ?? '';
    if (character === '\\') return undefined;
    if (text.startsWith('--', at)) return text.length;
    if (text.startsWith('/*', at)) {
      this.inside = 'comment';
      this.depth = 1;
      return at + 2;
    }
    if (character === '"') this.inside = 'double';
    if (character === "'") this.inside = this.continues || isEscapeString(text, at) ? 'escaped' : 'single';
    if (/\S/.test(character)) this.continues = false;
    const [tag] =
      (character === '$' && !wordCharacter.test(text[at - 1] ?? ' ') && dollarTag.exec(text.slice(at))) || [];
    if (tag === undefined) return at + 1;
    this.inside = 'dollar';
    this.tag = tag;
    return at + tag.length;
  }

  private stepQuoted(text: string, at: number, quote: string, escapes: boolean): number {
    if (escapes && text[at] === '\\') return at + 2;
    if (text[at] !== quote) return at + 1;
    if (text[at + 1] === quote) return at + 2;
    this.continues = this.inside === 'escaped';
    this.inside = 'statement';
    return at + 1;
  }

  private stepDollar(text: string, at: number): number {
    const end = text.indexOf(this.tag, at);
    if (end < 0) return text.length;
    this.inside = 'statement';
    return end + this.tag.length;
  }

  private stepComment(text: string, at: number): number {
    if (text.startsWith('/*', at)) this.depth += 1;
    else if (text.startsWith('*/', at)) this.depth -= 1;
    else return at + 1;
    if (this.depth === 0) this.inside = 'statement';
    return at + 2;
  }

  private command(text: string, at: number, facts: SqlFacts): void {
    if (at === 0 && /^\\(un)?restrict \w+$/.test(text)) facts.restricted = true;
    else facts.psqlCommands.push(text.slice(0, 80));
  }
}

/** `E'…'`, where a backslash escapes. */
const isEscapeString = (text: string, at: number): boolean =>
  /[eE]/.test(text[at - 1] ?? '') && !wordCharacter.test(text[at - 2] ?? ' ');
