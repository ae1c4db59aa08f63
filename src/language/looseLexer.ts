import { Lexer } from 'yaml';

/** What is between quotes or brackets, and the column that lines have to stand behind: parts of the lexer that it keeps to itself. */
interface Insides {
  indentNext: number;
  flowLevel: number;
  parseQuotedScalar(): Lexing;
  parsePlainScalar(): Lexing;
  parseFlowCollection(): Lexing;
}

type Lexing = Generator<string, unknown>;

/**
 * Reads as Kong's reader and decK's do: lines inside of quotes and brackets may start in any column. By YAML's own rules they
 * stand further in than the key.
 */
export function looseLexer(): Lexer {
  const lexer = new Lexer();
  const insides = lexer as unknown as Insides;
  const inAnyColumn = (lex: () => Lexing, applies: () => boolean = () => true) =>
    function* (): Lexing {
      const column = insides.indentNext;
      if (applies()) insides.indentNext = 0;
      const next = yield* lex.call(lexer);
      if (applies()) insides.indentNext = column;
      return next;
    };
  const inBrackets = (): boolean => insides.flowLevel > 0;
  insides.parseQuotedScalar = inAnyColumn(insides.parseQuotedScalar);
  insides.parsePlainScalar = inAnyColumn(insides.parsePlainScalar, inBrackets);
  insides.parseFlowCollection = inAnyColumn(insides.parseFlowCollection);
  return lexer;
}
