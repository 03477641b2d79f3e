// Text of an expression to its tree: the lexer and parser of @actions/expressions do it, and their tokens give the places.
// Where the package differs from GitHub's runner, the runner counts: `''` means `'` everywhere in a string, `0b1` is no
// number, a call has no trailing comma, a chain of comparisons is limited in depth.
// Not here: how many arguments a function takes (check-calls.ts).

import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from '@actions/expressions/ast';
import { MAX_EXPRESSION_LENGTH, MAX_PARSER_DEPTH } from '@actions/expressions/errors';
import { Lexer, type Token, TokenType } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';
import type { ExpressionError } from './expression.ts';
import type { ComparisonOperator, ExpressionNode, Stretch } from './node.ts';
import { lexerError, type PlacedToken, parserError, syntaxError, tooDeepError, tooLongError } from './syntax-errors.ts';

export type ParsedExpression =
  | { readonly ok: true; readonly root: ExpressionNode }
  | { readonly ok: false; readonly error: ExpressionError };

/** Parses an expression, or says what is wrong with it first. Never throws, whatever the text. */
export function parseExpression(source: string): ParsedExpression {
  if (source.length > MAX_EXPRESSION_LENGTH) return { ok: false, error: tooLongError(source, MAX_EXPRESSION_LENGTH) };
  let tokens: PlacedToken[];
  try {
    tokens = placeTokens(source, new Lexer(source).lex().tokens);
  } catch (error) {
    return { ok: false, error: lexerError(source, error) };
  }
  const first = tokens[0];
  if (first === undefined || first.token.type === TokenType.EOF) {
    return { ok: false, error: syntaxError('the expression is empty', { start: 0, end: source.length }, null) };
  }
  try {
    const tree = new Parser(
      tokens.map(({ token }) => token),
      contextNames(tokens),
      functionNames(tokens),
    ).parse();
    return { ok: true, root: new TreeReader(tokens).read(tree) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, error: error.reason };
    return { ok: false, error: parserError(source, tokens, error) };
  }
}

/** Carries a mistake that only the walk over the tree can see out of it. */
class Refused extends Error {
  readonly reason: ExpressionError;

  constructor(reason: ExpressionError) {
    super(reason.message);
    this.reason = reason;
  }
}

/** The package counts lines and columns, and miscounts after a line break in a string; lexemes are exact, so count them out. */
function placeTokens(source: string, tokens: readonly Token[]): PlacedToken[] {
  let offset = 0;
  return tokens.map((token) => {
    while (offset < source.length && ' \t\r\n'.includes(source.charAt(offset))) offset += 1;
    const start = offset;
    offset += token.lexeme.length;
    return { token, start, end: offset };
  });
}

/** Every bare name is a context to the parser; the validator judges names. */
function contextNames(tokens: readonly PlacedToken[]): string[] {
  return tokens.filter(({ token }) => token.type === TokenType.IDENTIFIER).map(({ token }) => token.lexeme);
}

/** Every name before a bracket is a function to the parser, which then reports nothing but syntax. */
function functionNames(tokens: readonly PlacedToken[]): { name: string; minArgs: number; maxArgs: number }[] {
  return tokens
    .filter(({ token }, at) => token.type === TokenType.IDENTIFIER && tokens[at + 1]?.token.type === TokenType.LEFT_PAREN)
    .map(({ token }) => ({ name: token.lexeme, minArgs: 0, maxArgs: Number.POSITIVE_INFINITY }));
}

/** Walks the package's tree in source order, taking the tokens along, and builds ours. */
class TreeReader {
  readonly #tokens: readonly PlacedToken[];
  #next = 0;

  constructor(tokens: readonly PlacedToken[]) {
    this.#tokens = tokens;
  }

  read(tree: Expr): ExpressionNode {
    if (tree instanceof Literal) return this.#literal();
    if (tree instanceof ContextAccess) {
      const { token, start, end } = this.#take();
      return { kind: 'context', name: token.lexeme.toLowerCase(), start, end };
    }
    if (tree instanceof IndexAccess) return this.#index(tree);
    if (tree instanceof FunctionCall) return this.#call(tree);
    if (tree instanceof Grouping) {
      const { start } = this.#take();
      const inner = this.read(tree.group);
      return { ...inner, start, end: this.#take().end };
    }
    if (tree instanceof Unary) {
      const { start } = this.#take();
      const operand = this.read(tree.expr);
      return { kind: 'not', operand, start, end: operand.end };
    }
    if (tree instanceof Binary) return this.#comparisons(tree);
    if (tree instanceof Logical) return this.#logical(tree);
    throw new Error(`broken invariant: unexpected ${tree.constructor.name}`);
  }

  #take(): PlacedToken {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new Error('broken invariant: the tree has more than the tokens');
    this.#next += 1;
    return token;
  }

  #peek(): TokenType | undefined {
    return this.#tokens[this.#next]?.token.type;
  }

  #literal(): ExpressionNode {
    const { token, start, end } = this.#take();
    switch (token.type) {
      case TokenType.TRUE:
        return { kind: 'literal', value: true, start, end };
      case TokenType.FALSE:
        return { kind: 'literal', value: false, start, end };
      case TokenType.NULL:
        return { kind: 'literal', value: null, start, end };
      case TokenType.STRING:
        return { kind: 'literal', value: token.lexeme.slice(1, -1).replaceAll("''", "'"), start, end };
      default:
        if (/^[+-]?0b/i.test(token.lexeme))
          throw new Refused(syntaxError(`\`${token.lexeme}\` is not a number`, { start, end }, null));
        return { kind: 'literal', value: Number(token.value), start, end };
    }
  }

  #index(tree: IndexAccess): ExpressionNode {
    const target = this.read(tree.expr);
    if (this.#take().token.type === TokenType.DOT) {
      const { token, start, end } = this.#take();
      const index: ExpressionNode | null =
        tree.index instanceof Star ? null : { kind: 'literal', value: token.lexeme, start, end };
      return { kind: 'index', target, index, member: index ?? { start, end }, start: target.start, end };
    }
    const index = tree.index instanceof Star ? null : this.read(tree.index);
    const member = index ?? stretchOf(this.#take());
    const { end } = this.#take();
    return { kind: 'index', target, index, member, start: target.start, end };
  }

  #call(tree: FunctionCall): ExpressionNode {
    const { token, start } = this.#take();
    this.#take();
    const args: ExpressionNode[] = [];
    for (const arg of tree.args) {
      args.push(this.read(arg));
      if (this.#peek() !== TokenType.COMMA) continue;
      const comma = this.#take();
      if (this.#peek() === TokenType.RIGHT_PAREN) {
        throw new Refused(
          syntaxError('an argument is missing after `,`', { start: comma.start, end: comma.end }, 'remove the comma'),
        );
      }
    }
    return { kind: 'call', name: token.lexeme.toLowerCase(), args, start, end: this.#take().end };
  }

  /** `a == b == c` leans left as deep as it is long, so the lean is unrolled. */
  #comparisons(tree: Binary): ExpressionNode {
    const lean: Binary[] = [];
    let leftmost: Expr = tree;
    while (leftmost instanceof Binary) {
      lean.push(leftmost);
      leftmost = leftmost.left;
    }
    let left = this.read(leftmost);
    for (const { right: rightTree } of lean.reverse()) {
      const operator = this.#take();
      if (lean.length > MAX_PARSER_DEPTH) throw new Refused(tooDeepError(operator, MAX_PARSER_DEPTH));
      const right = this.read(rightTree);
      left = {
        kind: 'comparison',
        operator: operator.token.lexeme as ComparisonOperator,
        left,
        right,
        start: left.start,
        end: right.end,
      };
    }
    return left;
  }

  #logical(tree: Logical): ExpressionNode {
    const kind = tree.operator.type === TokenType.AND ? 'and' : 'or';
    const operands: ExpressionNode[] = [];
    for (const arg of tree.args) {
      if (operands.length > 0) this.#take();
      operands.push(this.read(arg));
    }
    const first = operands[0];
    const last = operands.at(-1);
    if (first === undefined || last === undefined) throw new Error('broken invariant: a chain without operands');
    return { kind, operands, start: first.start, end: last.end };
  }
}

function stretchOf({ start, end }: PlacedToken): Stretch {
  return { start, end };
}
