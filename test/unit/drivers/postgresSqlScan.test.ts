import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanSql, splitName, type SqlFacts } from '../../../src/drivers/postgresSqlScan.js';

function scan(text: string, step = text.length || 1): SqlFacts {
  const scanned = scanSql();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += step) scanned.push(bytes.subarray(at, at + step));
  return scanned.end();
}

const rows = 'COPY public.a (id, "group") FROM stdin;\n1\tx\n2\t\\\\.\n3\t\\N\n\\.\n';

describe('scanSql', () => {
  it('counts the rows of each table', () => {
    const facts = scan(`${rows}COPY "My S"."t" FROM stdin;\n\\.\n`);
    expect([...facts.rows]).toEqual([
      ['public.a', 3],
      ['"My S"."t"', 0],
    ]);
    expect(facts).toMatchObject({ ended: true, psqlCommands: [], finished: false });
  });

  it('counts the same in pieces of any size', () => {
    const text = `SET x = 1;\n${rows}-- end 'of\nSELECT 'ü';\n${rows}`;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (step) => {
        expect(scan(text, step)).toEqual(scan(text));
      }),
    );
  });

  it('knows when it ends too early', () => {
    expect(scan('COPY public.a FROM stdin;\n1\n').ended).toBe(false);
    expect(scan("INSERT INTO a VALUES ('x\n").ended).toBe(false);
    expect(scan('CREATE FUNCTION f() AS $body$ begin\n $$ x $$\n').ended).toBe(false);
    expect(scan(`${rows}--\n-- PostgreSQL database dump complete\n--\n`)).toMatchObject({
      ended: true,
      finished: true,
    });
  });

  it.each([
    ['\\! rm -rf x'],
    ['SELECT 1 \\! x'],
    ["SELECT 'a' \\o |x"],
    ['\\connect other'],
    ["\\copy a from program 'x'"],
    ["SELECT E'a\\'' \\! x"],
    ["SELECT E'x''\\'' \\! x"],
    ["SELECT E'a'\n'b\\'' \\! x"],
    ['SELECT $a$ $$ $a$ \\! x'],
    ['/* /* */ */ \\! x'],
    ['SELECT "a""b" \\g |x'],
    ["SET standard_conforming_strings = off;\nSELECT 'a\\'' \\! x"],
    ['\\restrict key \\! x'],
    ['\\.\n'],
  ])('finds a command to psql: %s', (text) => {
    expect(scan(`${text}\n`).psqlCommands).toHaveLength(1);
  });

  it.each([
    ["SELECT 'a\\b', 'it''s \\! x';"],
    ["SELECT E'a\\\\', E'\\'\\n';"],
    ['SELECT "a\\b";'],
    ['CREATE FUNCTION f() AS $$\n\\! x\n$$;'],
    ['CREATE FUNCTION f() AS $_$ $1 \\ $$ \\ $_$;'],
    ['-- \\! x'],
    ['/* \\! x\n */ SELECT 1;'],
    [`${rows}SELECT 1;`],
  ])('takes no other backslash for one: %s', (text) => {
    expect(scan(`${text}\n`)).toMatchObject({ psqlCommands: [], ended: true });
  });

  it('knows the guard that pg_dump puts around its text', () => {
    expect(scan('\\restrict aB3\nSELECT 1;\n\\unrestrict aB3\n')).toMatchObject({ restricted: true, psqlCommands: [] });
    expect(scan('SELECT 1;\n').restricted).toBe(false);
  });

  it('names every role', () => {
    const facts = scan(
      [
        'ALTER TABLE public.a OWNER TO kong;',
        'ALTER FUNCTION public.f() OWNER TO "Odd ""One";',
        'GRANT SELECT ON TABLE public.a TO reader, PUBLIC;',
        'GRANT ALL ON SCHEMA public TO boss WITH GRANT OPTION;',
        'REVOKE ALL ON TABLE public.a FROM former;',
        'ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON TABLES TO reader;',
        'COPY public.a (x) FROM stdin;',
        'GRANT ALL TO nobody;',
        '\\.',
        '',
      ].join('\n'),
    );
    expect([...facts.owners]).toEqual(['kong', 'Odd "One']);
    expect([...facts.grantees]).toEqual(['reader', 'boss', 'former', 'maker']);
  });
});

describe('splitName', () => {
  it.each([
    ['public.services', ['public', 'services']],
    ['"My.S"."a""b"', ['My.S', 'a"b']],
  ])('%s', (name, parts) => expect(splitName(name)).toEqual(parts));
});
