// Words the mistakes that the lexer and parser of @actions/expressions find, each with its exact place.
// Not here: mistakes in calls (check-calls.ts).

import { ErrorType, ExpressionError as PackageError } from '@actions/expressions/errors';
import { type Token, TokenType } from '@actions/expressions/lexer';
import { expressionFunctions } from './functions.ts';
import type { ExpressionError } from './expression.ts';
import type { Stretch } from './node.ts';

/** A token of the package with its place in the source. */
export interface PlacedToken extends Stretch {
  readonly token: Token;
}

/** Builds a syntax error. */
export function syntaxError(message: string, { start, end }: Stretch, help: string | null): ExpressionError {
  return { code: 'syntax', message, help, start, end };
}

/** Builds the error of an expression that nests too deep. */
export function tooDeepError({ start, end }: Stretch, limit: number): ExpressionError {
  return {
    code: 'too-deep',
    message: `the expression nests deeper than ${limit} levels`,
    help: 'compute a part of it in a step',
    start,
    end,
  };
}

/** Builds the error of an expression that is too long. */
export function tooLongError(source: string, limit: number): ExpressionError {
  return {
    code: 'too-long',
    message: `the expression is longer than ${limit} characters`,
    help: 'compute a part of it in a step',
    start: 0,
    end: source.length,
  };
}

/** Words an error of the package's lexer, which names the position (from 1) and the text it stumbled over. */
export function lexerError(source: string, error: unknown): ExpressionError {
  const message = error instanceof Error ? error.message : String(error);
  const head = message.endsWith(` within expression: ${source}`)
    ? message.slice(0, -` within expression: ${source}`.length)
    : message;
  const position = /^Unexpected symbol: '([\s\S]*)'\. Located at position (\d+)$/.exec(head);
  const start = Math.min(position === null ? 0 : Number(position[2]) - 1, source.length);
  const text = position?.[1] ?? source.slice(start);
  const place = { start, end: Math.min(start + text.length, source.length) };
  if (text.startsWith("'")) {
    return syntaxError(
      "the text that starts here has no closing `'`",
      { start, end: start + 1 },
      "write `''` for a `'` inside a text",
    );
  }
  return syntaxError(`unexpected ${shown(text)}`, place, helpForText(text));
}

/** Words an error of the package's parser, which carries the token it stumbled over. */
export function parserError(source: string, tokens: readonly PlacedToken[], error: unknown): ExpressionError {
  if (!(error instanceof PackageError)) throw error;
  // The package keeps both fields private to TypeScript only.
  const { typ, tok } = error as unknown as { typ: ErrorType; tok: Token };
  const at = tokens.findIndex(({ token }) => token === tok);
  const placed = tokens[at];
  if (placed === undefined) throw error;
  switch (typ) {
    case ErrorType.ErrorExceededMaxDepth:
      return tooDeepError(visible(tokens, at), 50);
    case ErrorType.ErrorTooFewParameters:
    case ErrorType.ErrorTooManyParameters:
    case ErrorType.ErrorEvenParameters:
      return argumentCountError(tok.lexeme, placed);
    default:
      return unexpected(source, tokens, at, typ);
  }
}

/** Builds the error of a call with the wrong number of arguments. */
export function argumentCountError(writtenName: string, { start, end }: Stretch): ExpressionError {
  const signature = expressionFunctions.get(writtenName.toLowerCase());
  const range =
    signature === undefined
      ? 'another number of arguments'
      : argumentRange(signature.name, signature.argumentsMin, signature.argumentsMax);
  return {
    code: 'argument-count',
    message: `\`${writtenName}\` takes ${range}`,
    help: signature === undefined ? null : `write \`${signature.usage}\``,
    start,
    end,
  };
}

function argumentRange(name: string, min: number, max: number): string {
  if (name === 'case') return 'an odd number of arguments: pairs of condition and value, then the value otherwise';
  if (min === max) return min === 0 ? 'no arguments' : min === 1 ? 'one argument' : `${min} arguments`;
  return `${min} to ${max} arguments`;
}

function unexpected(source: string, tokens: readonly PlacedToken[], at: number, typ: ErrorType): ExpressionError {
  const placed = tokens[at] as PlacedToken;
  const atEnd = placed.token.type === TokenType.EOF || typ === ErrorType.ErrorUnexpectedEndOfExpression;
  if (atEnd) {
    const open = unclosed(tokens);
    if (open !== null) return syntaxError(`\`${open.token.lexeme}\` is never closed`, open, null);
    const last = visible(tokens, tokens.length - 1);
    return syntaxError(`something must follow ${shown(source.slice(last.start, last.end))}`, last, null);
  }
  return syntaxError(`unexpected ${shown(placed.token.lexeme)}`, placed, helpForToken(tokens, at));
}

/** The token at `at`, or the last one that can be seen when that is the end. */
function visible(tokens: readonly PlacedToken[], at: number): PlacedToken {
  const placed = tokens[at] as PlacedToken;
  return placed.token.type === TokenType.EOF && at > 0 ? (tokens[at - 1] as PlacedToken) : placed;
}

/** The innermost bracket that nothing closes. */
function unclosed(tokens: readonly PlacedToken[]): PlacedToken | null {
  const open: PlacedToken[] = [];
  for (const placed of tokens) {
    const { type } = placed.token;
    if (type === TokenType.LEFT_PAREN || type === TokenType.LEFT_BRACKET) open.push(placed);
    if (type === TokenType.RIGHT_PAREN || type === TokenType.RIGHT_BRACKET) open.pop();
  }
  return open.at(-1) ?? null;
}

function helpForToken(tokens: readonly PlacedToken[], at: number): string | null {
  const { token } = tokens[at] as PlacedToken;
  const before = tokens[at - 1]?.token;
  const word = token.lexeme.toLowerCase();
  if (token.type === TokenType.IDENTIFIER && word === 'and') return 'write `&&`';
  if (token.type === TokenType.IDENTIFIER && word === 'or') return 'write `||`';
  if (before?.type === TokenType.IDENTIFIER && before.lexeme.toLowerCase() === 'not') return 'write `!`';
  if (before?.type === TokenType.DOT && token.type === TokenType.NUMBER)
    return `write \`[${token.lexeme}]\` for an element of a list`;
  if (before?.type === TokenType.DOT) return "write the name in brackets: `['name']`";
  if (token.type === TokenType.NUMBER && /^[+-]/.test(token.lexeme)) return ARITHMETIC;
  if (token.type === TokenType.STAR) return ARITHMETIC;
  if (token.type === TokenType.LEFT_PAREN && before?.type === TokenType.IDENTIFIER)
    return 'values have no methods; functions stand alone: `contains(list, item)`';
  return null;
}

const ARITHMETIC = 'expressions have no arithmetic; compute the number in a step';

function helpForText(text: string): string | null {
  if (text.startsWith('"') || text.startsWith('`')) return "write texts in single quotes: `'text'`";
  if (text.startsWith('=')) return 'write `==` to compare';
  if (text.startsWith('&')) return 'write `&&`';
  if (text.startsWith('|')) return 'write `||`';
  if (text.startsWith('$')) return 'this is an expression already: leave out `${{` and `}}`';
  if (/^[-+/%^]/.test(text)) return ARITHMETIC;
  if (/^[0-9]/.test(text)) return "write versions and the like as text: `'1.2.3'`";
  if (text.startsWith('?')) return 'write `condition && a || b`, or `case(condition, a, b)`';
  return null;
}

/** Quotes a part of the source for a message, shortened. */
function shown(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return `\`${short}\``;
}
